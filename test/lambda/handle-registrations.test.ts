import type { Context, SQSBatchResponse } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHandleRegistrations } from "../../src/lambda/handle-registrations.ts";
import type { Onboarding } from "../../src/onboarding/admit/onboard-device.ts";
import type { FaultPlan } from "../support/faults.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

function setup(plan: FaultPlan = { calls: [] }, remainingMs = 30_000) {
  const settled: Onboarding[] = [];
  const failed: { readonly code: string; readonly last: boolean }[] = [];
  const handle = createHandleRegistrations({
    ...world.onboarding(plan),
    maxReceiveCount: 5,
    onSettled: (result) => settled.push(result),
    onFailed: ({ code, last }) => failed.push({ code, last }),
  });
  const context = { getRemainingTimeInMillis: () => remainingMs } as Context;
  return { settled, failed, handle: (event: object) => handle(event as never, context) };
}

function toBatch(bodies: readonly (string | object)[], receiveCount = 1) {
  const Records = bodies.map((body, index) => ({
    messageId: `m${index}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: String(receiveCount) },
  }));
  return { Records };
}

const failures = (response: unknown) =>
  (response as SQSBatchResponse).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

describe("a batch of registration events", () => {
  test("junk fails alone, its neighbours are settled", async () => {
    const { handle, settled, failed } = setup();
    const [known, stranger] = await Promise.all([world.device(), world.device()]);
    await world.land(known);
    const foreign = { ...world.connect(known), caCertificateId: "cd".repeat(32) };
    const junk = ["no json", "", "null", "[]", { hello: "world" }, { certificateId: "x" }];
    const batch = toBatch([...junk, world.connect(known), world.connect(stranger), foreign]);
    expect(failures(await handle(batch))).toEqual(["m0", "m1", "m2", "m3", "m4", "m5"]);
    expect(failed.map(({ code }) => code)).toEqual(junk.map(() => "EVENT_INVALID"));
    expect(settled.map(({ outcome }) => outcome).toSorted()).toEqual([
      "admitted",
      "not-ours",
      "quarantined",
    ]);
  });

  test("what fails on its last delivery is noted in the certificate's audit chain", async () => {
    const leaf = await world.device();
    await world.land(leaf);
    const faults = { "CreateThing#1": [{ kind: "error-before" as const }] };
    const { handle, failed } = setup({ calls: [], faults });
    expect(failures(await handle(toBatch([world.connect(leaf)], 5)))).toEqual(["m0"]);
    expect(failed).toEqual([{ code: "InjectedError", last: true }]);
    expect(await world.outcome(leaf)).toMatchObject({ audit: ["given-up"], chainBreaks: [] });
  });

  test("what there is no time left for fails as such", async () => {
    const leaf = await world.device();
    await world.land(leaf);
    const faults = { "CreateThing#1": [{ kind: "throttled" as const, times: 1_000_000 }] };
    const { handle, failed } = setup({ calls: [], faults }, 3_000);
    expect(failures(await handle(toBatch([world.connect(leaf)])))).toEqual(["m0"]);
    expect(failed).toEqual([{ code: "DEADLINE_EXCEEDED", last: false }]);
  });
});

describe("an event straight from a topic rule", () => {
  test("is settled", async () => {
    const leaf = await world.device();
    await world.land(leaf);
    expect(await setup().handle(world.connect(leaf))).toMatchObject({ outcome: "admitted" });
  });

  test("that is none is thrown, so that Lambda keeps it", async () => {
    await expect(setup().handle({ hello: "world" })).rejects.toMatchObject({
      code: "EVENT_INVALID",
    });
  });
});
