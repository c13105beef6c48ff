import { CreateThingCommand } from "@aws-sdk/client-iot";
import { describe, expect, test } from "vitest";
import { createClients } from "../../src/aws/create-clients.ts";
import { wireOnboarding } from "../../src/wiring/onboarding.ts";
import { createWorld, redeliveryMs, type World } from "../support/world.ts";
import { observeNeeds } from "./observe-needs.ts";
import { packageStage } from "./package-stage.ts";
import { isAllowed, readRights } from "./read-rights.ts";

const { resources } = await packageStage("test");

describe("what a function's role allows", () => {
  test("is all that onboarding calls, and onboarding calls all of it", async () => {
    await using world = await setup();
    const { onboardDevice, needs } = world.observed();
    const [known, stranger, half, taken] = await Promise.all([
      world.device(),
      world.device(),
      world.device(),
      world.device(),
    ]);
    await world.land(known, half, taken);
    await world.makeThing(half.subject, { certificateId: half.certificateId, note: "half-way" });
    await world.makeThing(taken.subject, { certificateId: "another" });
    const outcomes: string[] = [];
    for (const leaf of [known, stranger, half, taken]) {
      const { outcome } = await onboardDevice(world.connect(leaf), AbortSignal.timeout(20_000));
      outcomes.push(outcome);
    }
    expect(outcomes).toEqual(["admitted", "quarantined", "admitted", "quarantined"]);
    const { event } = await diesUnderChangingProfiles(world);
    expect(await onboardDevice(event, AbortSignal.timeout(20_000))).toMatchObject({
      outcome: "admitted",
    });
    expectExactly("OnboardRole", needs);
  });

  test("is all that healing calls", async () => {
    await using world = await setup();
    const late = await world.device();
    await world.observed().onboardDevice(world.connect(late), AbortSignal.timeout(20_000));
    await world.land(late);
    const { healCertificates, needs } = world.observed();
    const { admitted } = await healCertificates({ signal: AbortSignal.timeout(20_000) });
    expect(admitted).toBe(1);
    expect(needs.filter((need) => !isAllowed(resources["HealRole"], need))).toEqual([]);
    expect(needs).toContainEqual(
      expect.objectContaining({ resource: "${LedgerTable.Arn}/index/listing" }),
    );
  });

  test.for(["MANUFACTURER#acme", "BATCH#one", "PROFILE#sensor", "CA#one", "ISSUER#one"])(
    "lets neither write %s, nor delete what a certificate's partition holds",
    (pk) => {
      for (const role of ["OnboardRole", "HealRole"]) {
        const on = { resource: "LedgerTable.Arn" };
        expect(isAllowed(resources[role], { ...on, action: "dynamodb:PutItem", pk })).toBe(false);
        expect(
          isAllowed(resources[role], { ...on, action: "dynamodb:DeleteItem", pk: "CERT#one" }),
        ).toBe(false);
        expect(
          isAllowed(resources[role], { ...on, action: "dynamodb:PutItem", pk: "CERT#one" }),
        ).toBe(true);
      }
    },
  );
});

function expectExactly(role: string, needs: readonly { readonly action: string }[]): void {
  expect(needs.filter((need) => !isAllowed(resources[role], need))).toEqual([]);
  const called = new Set(needs.map(({ action }) => action));
  const allowed = Object.keys(readRights(resources[role])).filter((action) =>
    /^(iot|dynamodb):/.test(action),
  );
  expect(allowed.filter((action) => !called.has(action))).toEqual([]);
}

/** Attempts that die before ACTIVE, each under a profile that gives something else. */
async function diesUnderChangingProfiles(world: World) {
  const apply = (prefix: string, groups: string) =>
    world.operator.applyProfile(
      `name: changing\nthing: { name: "${prefix}\${cn}", groups: [${groups}] }\npolicy: { publish: ["${prefix}/${groups}"] }\n`,
    );
  const leaf = await world.device();
  await apply("a", "one");
  await world.operator.importCertificates({
    manufacturer: "acme",
    profile: "changing",
    files: [{ source: "leaf", bytes: leaf.der }],
  });
  const event = world.connect(leaf);
  const faults = { "UpdateCertificate#1": [{ kind: "error-before" as const }] };
  for (const [prefix, groups] of [
    ["b", "two"],
    ["b", "three"],
  ] as const) {
    const { onboardDevice } = world.onboarding({ calls: [], faults });
    await expect(onboardDevice(event, AbortSignal.timeout(20_000))).rejects.toThrow();
    world.advance(redeliveryMs);
    await apply(prefix, groups);
  }
  return { event };
}

async function setup() {
  const world: World = await createWorld();
  return {
    ...world,
    observed: () => {
      const clients = createClients(world.target);
      const needs = observeNeeds(clients);
      return {
        needs,
        ...wireOnboarding({ clients, ...world.names, actor: "test", now: world.now }),
      };
    },
    makeThing: (subject: string, attributes: Record<string, string>) =>
      world.clients.iot.send(
        new CreateThingCommand({
          thingName: subject.replace(/^CN=/, ""),
          attributePayload: { attributes },
        }),
      ),
    [Symbol.asyncDispose]: () => world.close(),
  };
}
