import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWorld, redeliveryMs, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const signal = () => AbortSignal.timeout(20_000);

async function onboard(event: unknown): Promise<string> {
  return world
    .onboarding()
    .onboardDevice(event, signal())
    .then(
      ({ outcome }) => outcome,
      (error) => error.code,
    );
}

describe("the same event", () => {
  test("twice in sequence settles once", async () => {
    const leaf = await world.device();
    await world.land(leaf);
    const event = world.connect(leaf);
    expect(await onboard(event)).toBe("admitted");
    const before = await world.outcome(leaf);
    expect(await onboard(event)).toBe("settled-before");
    expect(await world.outcome(leaf)).toEqual(before);
  });

  test("costs one read once the certificate is settled", async () => {
    const leaf = await world.device();
    const event = world.connect(leaf);
    const warm = { calls: [] as string[] };
    const { onboardDevice } = world.onboarding(warm);
    await onboardDevice(event, signal());
    warm.calls.length = 0;
    await onboardDevice(event, signal());
    expect(warm.calls).toEqual([expect.stringMatching(/^Query#/)]);
  });

  test.for([
    { name: "admitted", land: true },
    { name: "parked", land: false },
  ])(
    "five times at once: $name once, and the deliveries that lost come again",
    async ({ land }) => {
      const leaf = await world.device();
      const twin = await world.device();
      if (land) await world.land(leaf, twin);
      await onboard(world.connect(twin));
      const event = world.connect(leaf);
      const results = await Promise.all(Array.from({ length: 5 }, () => onboard(event)));
      const allowed = [
        "admitted",
        "quarantined",
        "settled-before",
        "ATTEMPT_IN_PROGRESS",
        "ATTEMPT_OVERTAKEN",
        "STATE_CHANGED",
      ];
      expect(results.filter((result) => !allowed.includes(result))).toEqual([]);
      world.advance(redeliveryMs);
      const again = await Promise.all(Array.from({ length: 5 }, () => onboard(event)));
      expect(
        new Set(again).isSubsetOf(new Set(["admitted", "quarantined", "settled-before"])),
      ).toBe(true);
      expect(await world.outcome(leaf)).toEqual(await world.outcome(twin));
    },
  );
});

describe("an event published after the certificate was settled", () => {
  test.for([true, false])(
    "asks AWS IoT, and changes nothing (in the ledger: %s)",
    async (inLedger) => {
      const leaf = await world.device();
      if (inLedger) await world.land(leaf);
      const event = world.connect(leaf);
      await onboard(event);
      const before = await world.outcome(leaf);
      world.advance(redeliveryMs);
      const plan = { calls: [] as string[] };
      const late = { ...event, timestamp: world.now().getTime() };
      const { outcome } = await world.onboarding(plan).onboardDevice(late, signal());
      expect(outcome).toBe("settled-before");
      expect(plan.calls).toEqual(["GetItem#1", "Query#1", "DescribeCertificate#1"]);
      expect(await world.outcome(leaf)).toEqual(before);
    },
  );
});

describe("two certificates racing for one thing name", () => {
  test("one gets it, the other is told who has it", async () => {
    const subject = `CN=same-${Date.now()}`;
    const one = await world.device({ subject });
    const two = await world.device({ subject });
    await world.land(one, two);
    const events = [one, two].map((leaf) => world.connect(leaf));
    const results = await Promise.all(events.map(onboard));
    expect(results.toSorted()).toEqual(["admitted", "quarantined"]);
    const winner = results[0] === "admitted" ? one : two;
    const loser = winner === one ? two : one;
    expect(await world.outcome(winner)).toMatchObject({ iotStatus: "ACTIVE", codes: [] });
    expect(await world.outcome(loser)).toMatchObject({
      iotStatus: "INACTIVE",
      attached: false,
      codes: ["THING_NAME_TAKEN"],
    });
  });
});

describe("two certificates with one key", () => {
  test("only the first is let in", async () => {
    const one = await world.device();
    const two = await world.device({ key: one });
    await world.land(one, two);
    expect(await onboard(world.connect(one))).toBe("admitted");
    expect(await onboard(world.connect(two))).toBe("quarantined");
    expect(await world.outcome(two)).toMatchObject({
      codes: ["PUBLIC_KEY_REUSED"],
      iotStatus: "INACTIVE",
    });
  });
});

describe("an event from another CA", () => {
  test("changes nothing and reads one item", async () => {
    const leaf = await world.device();
    const plan = { calls: [] as string[] };
    const event = { ...world.connect(leaf), caCertificateId: "ab".repeat(32) };
    const { outcome } = await world.onboarding(plan).onboardDevice(event, signal());
    expect(outcome).toBe("not-ours");
    expect(plan.calls).toEqual(["GetItem#1"]);
    expect(await world.outcome(leaf)).toMatchObject({ iotStatus: "PENDING_ACTIVATION", audit: [] });
  });
});
