import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWorld, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
const signal = () => AbortSignal.timeout(20_000);

describe("a first connect", () => {
  test("of a known device takes eight calls once the function is warm, and one a group", async () => {
    const [first, second] = await Promise.all([world.device(), world.device()]);
    await world.land(first, second);
    const plan = { calls: [] as string[] };
    const { onboardDevice } = world.onboarding(plan);
    await onboardDevice(world.connect(first), signal());
    plan.calls.length = 0;
    await onboardDevice(world.connect(second), signal());
    const calls = plan.calls.map((call) => call.replace(/#.*/, ""));
    const groups = calls.filter((call) => call === "AddThingToThingGroup");
    expect(calls.length - groups.length).toBe(8);
    expect(await world.outcome(second)).toEqual({
      status: "admitted",
      codes: [],
      hold: undefined,
      parked: false,
      iotStatus: "ACTIVE",
      attached: true,
      policies: 1,
      audit: ["admitted"],
      chainBreaks: [],
    });
  });
});
