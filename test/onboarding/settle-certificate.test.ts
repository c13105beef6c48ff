import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWorld, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
const signal = () => AbortSignal.timeout(20_000);

describe("a first connect", () => {
  test("admits a device of the ledger, ACTIVE last, in eight calls", async () => {
    const leaf = await world.device();
    await world.land(leaf);
    const event = world.connect(leaf);
    const plan = { calls: [] as string[] };
    const result = await world.onboarding(plan).onboardDevice(event, signal());
    expect(result).toMatchObject({ outcome: "admitted" });
    console.log(plan.calls, await world.outcome(leaf));
  });
  test("parks a stranger", async () => {
    const leaf = await world.device();
    const event = world.connect(leaf);
    const plan = { calls: [] as string[] };
    const result = await world.onboarding(plan).onboardDevice(event, signal());
    expect(result).toMatchObject({ outcome: "quarantined" });
    console.log(plan.calls, await world.outcome(leaf));
  });
});
