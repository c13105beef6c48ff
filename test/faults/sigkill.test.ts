import { fork } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWorld, redeliveryMs, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const places = [
  { at: "TransactWriteItems#1", kind: "hang-after" },
  { at: "CreateThing#1", kind: "hang-after" },
  { at: "UpdateCertificate#1", kind: "hang-before" },
  { at: "UpdateCertificate#1", kind: "hang-after" },
  { at: "TransactWriteItems#2", kind: "hang-after" },
] as const;

const cases = [true, false].flatMap((inLedger) => places.map((place) => ({ inLedger, ...place })));

describe("a function killed by SIGKILL", () => {
  test.for(cases.filter(({ inLedger, at }) => inLedger || at !== "CreateThing#1"))(
    "at $at ($kind), in the ledger: $inLedger, ends as the undisturbed run on the next delivery",
    async ({ inLedger, at, kind }) => {
      const [undisturbed, killed] = await Promise.all([world.device(), world.device()]);
      if (inLedger) await world.land(undisturbed, killed);
      await world
        .onboarding()
        .onboardDevice(world.connect(undisturbed), AbortSignal.timeout(9_000));

      const event = world.connect(killed);
      const { target, names } = world;
      const order = { target, names, event, at, kind, nowMs: world.now().getTime() };
      const child = fork("test/faults/onboard-until.ts", [JSON.stringify(order)]);
      const [word] = await once(child, "message");
      child.kill("SIGKILL");
      const [, endedBy] = await once(child, "exit");
      expect([word, endedBy]).toEqual(["reached", "SIGKILL"]);

      world.advance(redeliveryMs);
      await world.onboarding().onboardDevice(event, AbortSignal.timeout(9_000));
      expect(await world.outcome(killed)).toEqual(await world.outcome(undisturbed));
    },
  );
});
