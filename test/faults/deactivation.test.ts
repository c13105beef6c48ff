import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Leaf } from "../../src/local/sample-pki.ts";
import { createWorld, redeliveryMs, type World } from "../support/world.ts";

/** From the claim on, so that the word lands while the attempt is in flight. */
const inFlight = [
  "TransactWriteItems#1",
  "DescribeCertificate#1",
  "CreateThing#1",
  "AttachPolicy#1",
  "AttachThingPrincipal#1",
  "AddThingToThingGroup#1",
  "UpdateCertificate#1",
  "TransactWriteItems#2",
];

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const signal = () => AbortSignal.timeout(20_000);

async function landed(): Promise<Leaf> {
  const leaf = await world.device();
  await world.land(leaf);
  return leaf;
}

function speak(leaf: Leaf, act: "hold" | "release" | "revoke") {
  const { certificateId } = leaf;
  return world.operator.changeStanding({ certificateId, act, reason: "test", signal: signal() });
}

/** All that may still come: late deliveries, the schedule, the schedule once more. */
async function everythingAfterwards(event: unknown): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    world.advance(redeliveryMs);
    const { onboardDevice, healCertificates } = world.onboarding();
    await onboardDevice(event, signal()).catch(() => {});
    await healCertificates({ signal: signal() });
  }
}

const cases = (["hold", "revoke"] as const).flatMap((act) => inFlight.map((at) => ({ act, at })));

describe("a word against a device while it is being let in", () => {
  test.for(cases)("$act just before $at: it stays out", async ({ act, at }) => {
    const leaf = await landed();
    const event = world.connect(leaf);
    const plan = {
      calls: [],
      faults: { [at]: [{ kind: "act" as const, act: () => speak(leaf, act) }] },
    };
    await world
      .onboarding(plan)
      .onboardDevice(event, signal())
      .catch(() => {});
    await everythingAfterwards(event);
    const code = act === "hold" ? "HELD" : "ENTRY_REVOKED";
    expect(await world.outcome(leaf)).toMatchObject({
      iotStatus: "INACTIVE",
      codes: [code],
      chainBreaks: [],
    });
  });

  test.for(cases.filter(({ at }) => at !== "TransactWriteItems#2"))(
    "$act just before $at, and the function dies once it is ACTIVE: it stays out",
    async ({ act, at }) => {
      const leaf = await landed();
      const event = world.connect(leaf);
      const word = { kind: "act" as const, act: () => speak(leaf, act) };
      const death = { kind: "hang-after" as const };
      const faults = {
        "UpdateCertificate#1": [death],
        [at]: at === "UpdateCertificate#1" ? [death, word] : [word],
      };
      const { onboardDevice } = world.onboarding({ calls: [], faults });
      const killed = new Promise((resolve) => setTimeout(resolve, 200));
      await Promise.race([onboardDevice(event, signal()).catch(() => {}), killed]);
      await everythingAfterwards(event);
      expect(await world.outcome(leaf)).toMatchObject({ iotStatus: "INACTIVE", chainBreaks: [] });
    },
  );
});

describe("a word against a device that is in", () => {
  test.for(["hold", "revoke"] as const)("%s puts it out; release lets it in again", async (act) => {
    const leaf = await landed();
    const event = world.connect(leaf);
    await world.onboarding().onboardDevice(event, signal());
    await speak(leaf, act);
    expect(await world.outcome(leaf)).toMatchObject({ iotStatus: "INACTIVE" });
    await everythingAfterwards(event);
    expect(await world.outcome(leaf)).toMatchObject({ iotStatus: "INACTIVE" });
    await speak(leaf, "release");
    expect(await world.outcome(leaf)).toMatchObject({
      iotStatus: "ACTIVE",
      status: "admitted",
      codes: [],
      chainBreaks: [],
    });
  });

  test("a hold on a device that never connected keeps it out when it does", async () => {
    const leaf = await landed();
    expect(await speak(leaf, "hold")).toBeUndefined();
    const event = world.connect(leaf);
    await world.onboarding().onboardDevice(event, signal());
    expect(await world.outcome(leaf)).toMatchObject({ iotStatus: "INACTIVE", codes: ["HELD"] });
  });
});

describe("an operator's INACTIVE in AWS IoT itself", () => {
  test("before the event is handled becomes a hold and stays", async () => {
    const leaf = await landed();
    const event = world.connect(leaf);
    await world.setInIot(leaf, "INACTIVE");
    await world.onboarding().onboardDevice(event, signal());
    await everythingAfterwards(event);
    expect(await world.outcome(leaf)).toMatchObject({
      iotStatus: "INACTIVE",
      hold: "iot",
      codes: ["HELD"],
      parked: false,
    });
  });

  test.for(["TransactWriteItems#1", "DescribeCertificate#1"])(
    "while it is let in, just before %s, becomes a hold and stays",
    async (at) => {
      const leaf = await landed();
      const event = world.connect(leaf);
      const act = () => world.setInIot(leaf, "INACTIVE");
      const { onboardDevice } = world.onboarding({
        calls: [],
        faults: { [at]: [{ kind: "act", act }] },
      });
      await onboardDevice(event, signal());
      await everythingAfterwards(event);
      expect(await world.outcome(leaf)).toMatchObject({ iotStatus: "INACTIVE", hold: "iot" });
    },
  );

  test.for(["CreateThing#1", "AttachPolicy#1", "AttachThingPrincipal#1"])(
    "while it is let in slowly, just before %s, is seen before activation",
    async (at) => {
      const leaf = await landed();
      const event = world.connect(leaf);
      const act = async () => {
        await world.setInIot(leaf, "INACTIVE");
        world.advance(1_500);
      };
      const { onboardDevice } = world.onboarding({
        calls: [],
        faults: { [at]: [{ kind: "act", act }] },
      });
      await onboardDevice(event, signal());
      await everythingAfterwards(event);
      expect(await world.outcome(leaf)).toMatchObject({ iotStatus: "INACTIVE", hold: "iot" });
    },
  );

  test("after it was let in stays, whatever comes late", async () => {
    const leaf = await landed();
    const event = world.connect(leaf);
    await world.onboarding().onboardDevice(event, signal());
    await world.setInIot(leaf, "INACTIVE");
    await everythingAfterwards(event);
    expect(await world.outcome(leaf)).toMatchObject({ iotStatus: "INACTIVE" });
  });

  test("on a parked device stays when its entry lands", async () => {
    const leaf = await world.device();
    const event = world.connect(leaf);
    await world.onboarding().onboardDevice(event, signal());
    world.advance(redeliveryMs);
    await world.setInIot(leaf, "ACTIVE");
    await world.setInIot(leaf, "INACTIVE");
    const { landed: ids } = await world.land(leaf);
    await world.operator.healCertificates({ signal: signal(), landed: ids });
    await everythingAfterwards(event);
    expect(await world.outcome(leaf)).toMatchObject({ iotStatus: "INACTIVE", hold: "iot" });
  });

  test("REVOKED is final and on record", async () => {
    const leaf = await landed();
    const event = world.connect(leaf);
    await world.setInIot(leaf, "REVOKED");
    await world.onboarding().onboardDevice(event, signal());
    await everythingAfterwards(event);
    expect(await world.outcome(leaf)).toMatchObject({
      iotStatus: "REVOKED",
      status: "rejected",
      codes: ["REVOKED_IN_IOT", "HELD"],
    });
  });

  test.for(["CreateThing#1", "UpdateCertificate#1"])(
    "REVOKED just before %s is on record",
    async (at) => {
      const leaf = await landed();
      const event = world.connect(leaf);
      const act = () => world.setInIot(leaf, "REVOKED");
      const { onboardDevice } = world.onboarding({
        calls: [],
        faults: { [at]: [{ kind: "act", act }] },
      });
      await onboardDevice(event, signal());
      await everythingAfterwards(event);
      expect(await world.outcome(leaf)).toMatchObject({ iotStatus: "REVOKED", status: "rejected" });
    },
  );
});
