import {
  DeleteCertificateCommand,
  DeleteThingCommand,
  DescribeThingCommand,
  DetachThingPrincipalCommand,
} from "@aws-sdk/client-iot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Leaf } from "../../src/local/sample-pki.ts";
import type { Fault } from "../support/faults.ts";
import { createWorld, redeliveryMs, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const signal = () => AbortSignal.timeout(20_000);
const inside = { status: "admitted", iotStatus: "ACTIVE", codes: [], chainBreaks: [] };
type Act = "hold" | "release" | "revoke";

async function landed(): Promise<Leaf> {
  const leaf = await world.device();
  await world.land(leaf);
  return leaf;
}

async function admitted(): Promise<Leaf> {
  const leaf = await landed();
  await world.onboarding().onboardDevice(world.connect(leaf), signal());
  return leaf;
}

const speak = ({ certificateId }: Leaf, act: Act, faults: Record<string, readonly Fault[]> = {}) =>
  world
    .onboarding({ calls: [], faults })
    .changeStanding({ certificateId, act, reason: "test", signal: signal() });

async function heal(times = 1): Promise<void> {
  for (let round = 0; round < times; round += 1) {
    world.advance(redeliveryMs);
    await world.operator.healCertificates({ signal: signal() });
  }
}

const thingNameOf = ({ subject }: Leaf) => subject.slice("CN=".length);

describe("an operator's act that dies after its word is written", () => {
  const deaths = [
    "DescribeCertificate#1",
    "TransactWriteItems#2",
    "UpdateCertificate#1",
    "TransactWriteItems#3",
  ];
  test.for(["hold", "revoke"].flatMap((act) => deaths.map((at) => ({ act: act as Act, at }))))(
    "$act at $at is carried out by healing",
    async ({ act, at }) => {
      const leaf = await admitted();
      const dead = speak(leaf, act, { [at]: [{ kind: "error-before" }] });
      await expect(dead).rejects.toThrow();
      await heal(2);
      expect(await world.outcome(leaf)).toMatchObject({ iotStatus: "INACTIVE", chainBreaks: [] });
    },
  );

  test.for(["hold", "revoke"] as const)(
    "release of a %s is carried out by healing",
    async (act) => {
      const leaf = await admitted();
      await speak(leaf, act);
      const dead = speak(leaf, "release", { "TransactWriteItems#2": [{ kind: "error-before" }] });
      await expect(dead).rejects.toThrow();
      await heal(2);
      expect(await world.outcome(leaf)).toMatchObject(inside);
    },
  );
});

describe("an operator's release while the certificate is being parked", () => {
  test.for(["UpdateCertificate#1", "TransactWriteItems#2"])(
    "just before %s ends with the device in",
    async (at) => {
      const leaf = await landed();
      await speak(leaf, "hold");
      const event = world.connect(leaf);
      const act: Fault = { kind: "act", act: () => speak(leaf, "release") };
      const { onboardDevice } = world.onboarding({ calls: [], faults: { [at]: [act] } });
      await onboardDevice(event, signal()).catch(() => {});
      await heal();
      expect(await world.outcome(leaf)).toMatchObject(inside);
    },
  );

  test("and the certificate lands too: AWS IoT says what the state says", async () => {
    const leaf = await world.device();
    const event = world.connect(leaf);
    const both: Fault = {
      kind: "act",
      act: async () => {
        await world.land(leaf);
        await speak(leaf, "release");
      },
    };
    const { onboardDevice } = world.onboarding({
      calls: [],
      faults: { "UpdateCertificate#1": [both] },
    });
    await onboardDevice(event, signal()).catch(() => {});
    await heal();
    expect(await world.outcome(leaf)).toMatchObject(inside);
  });
});

describe("an attempt that takes longer than an attempt may", () => {
  const late: Fault = { kind: "act", act: async () => world.advance(31_000) };

  test.for(["CreateThing#1", "AttachPolicy#1"])("at %s activates nothing any more", async (at) => {
    const leaf = await landed();
    const event = world.connect(leaf);
    const { onboardDevice } = world.onboarding({ calls: [], faults: { [at]: [late] } });
    await expect(onboardDevice(event, signal())).rejects.toMatchObject({
      code: "DEADLINE_EXCEEDED",
    });
    expect(await world.outcome(leaf)).toMatchObject({ iotStatus: "PENDING_ACTIVATION" });
    world.advance(redeliveryMs);
    await world.onboarding().onboardDevice(event, signal());
    expect(await world.outcome(leaf)).toMatchObject(inside);
  });

  test("parks nothing any more, and is made anew", async () => {
    const leaf = await world.device();
    const event = world.connect(leaf);
    const { onboardDevice } = world.onboarding({
      calls: [],
      faults: { "TransactWriteItems#1": [late] },
    });
    await expect(onboardDevice(event, signal())).rejects.toMatchObject({
      code: "DEADLINE_EXCEEDED",
    });
    await world.land(leaf);
    world.advance(redeliveryMs);
    await world.onboarding().onboardDevice(event, signal());
    expect(await world.outcome(leaf)).toMatchObject(inside);
  });
});

describe("a slow park that dies before it is recorded", () => {
  test.for([true, false])(
    "is Muster's own act all the same (landed meanwhile: %s)",
    async (lands) => {
      const leaf = await world.device();
      const event = world.connect(leaf);
      const slow: Fault = { kind: "act", act: async () => world.advance(12_000) };
      const faults = { "UpdateCertificate#1": [{ kind: "error-after" } as const, slow] };
      const { onboardDevice } = world.onboarding({ calls: [], faults });
      await expect(onboardDevice(event, signal())).rejects.toThrow();
      world.advance(redeliveryMs);
      if (lands) await world.land(leaf);
      await world.onboarding().onboardDevice(event, signal());
      if (!lands) {
        const { landed: ids } = await world.land(leaf);
        await world.operator.healCertificates({ signal: signal(), landed: ids });
      }
      expect(await world.outcome(leaf)).toMatchObject({ ...inside, hold: undefined });
    },
  );
});

describe("healing", () => {
  test("asks AWS IoT nothing about strangers it has seen", async () => {
    const strangers = await Promise.all(Array.from({ length: 5 }, () => world.device()));
    for (const leaf of strangers) {
      await world.onboarding().onboardDevice(world.connect(leaf), signal());
    }
    const plan = { calls: [] as string[] };
    await world.onboarding(plan).healCertificates({ signal: signal() });
    expect(plan.calls.filter((call) => call.startsWith("DescribeCertificate"))).toEqual([]);
  });

  test("writes no decision twice", async () => {
    const subject = `CN=twice-${Date.now()}`;
    const [one, two] = await Promise.all([world.device({ subject }), world.device({ subject })]);
    await world.land(one, two);
    for (const leaf of [one, two])
      await world.onboarding().onboardDevice(world.connect(leaf), signal());
    await heal(4);
    expect(await world.outcome(two)).toMatchObject({
      codes: ["THING_NAME_TAKEN"],
      audit: ["quarantined"],
    });
  });

  test("leaves a certificate that is gone from AWS IoT alone", async () => {
    const leaf = await landed();
    const event = world.connect(leaf);
    const { certificateId } = leaf;
    await world.setInIot(leaf, "INACTIVE");
    await world.clients.iot.send(new DeleteCertificateCommand({ certificateId }));
    await world.onboarding().onboardDevice(event, signal());
    const before = (await world.operator.readRecord(certificateId)).revision;
    await heal(3);
    expect((await world.operator.readRecord(certificateId)).revision).toBe(before);
    expect(await world.outcome(leaf)).toMatchObject({ audit: ["quarantined"] });
  });
});

describe("a device with a new certificate", () => {
  test("gets its name back once the old certificate is revoked and the old thing gone", async () => {
    const old = await admitted();
    const next = await world.device({ subject: old.subject });
    await world.land(next);
    await speak(old, "revoke");
    await heal();
    await world.onboarding().onboardDevice(world.connect(next), signal());
    expect(await world.outcome(next)).toMatchObject({ codes: ["THING_NAME_TAKEN"] });

    const thingName = thingNameOf(old);
    const principal = `arn:aws:iot:eu-west-1:123456789012:cert/${old.certificateId}`;
    await world.clients.iot.send(new DetachThingPrincipalCommand({ thingName, principal }));
    await world.clients.iot.send(new DeleteThingCommand({ thingName }));
    await heal();
    expect(await world.outcome(next)).toMatchObject(inside);
    await speak(old, "release");
    expect(await world.outcome(old)).toMatchObject({
      codes: ["THING_NAME_TAKEN"],
      iotStatus: "INACTIVE",
    });
  });
});

describe("a name that another has inherited", () => {
  test("is not in the way when its former bearer gets another one", async () => {
    const apply = (name: string) =>
      world.operator.applyProfile(
        `name: renamed\nthing: { name: "${name}" }\npolicy: { publish: ["x/\${thingName}"] }\n`,
      );
    const files = (leaf: Leaf) => [{ source: "leaf", bytes: leaf.der }];
    const importAs = (leaf: Leaf) =>
      world.operator.importCertificates({
        manufacturer: "acme",
        profile: "renamed",
        files: files(leaf),
      });
    await apply("r-${cn}");
    const old = await world.device();
    const next = await world.device({ subject: old.subject });
    for (const leaf of [old, next]) await importAs(leaf);
    await world.onboarding().onboardDevice(world.connect(old), signal());
    await speak(old, "revoke");
    await heal();
    // It inherits the name, and stumbles over the thing that is still there.
    await world.onboarding().onboardDevice(world.connect(next), signal());
    await apply("s-${certificateId}");
    world.advance(redeliveryMs);
    await speak(old, "release");
    const { state } = await world.operator.readRecord(old.certificateId);
    expect(state).toMatchObject({ status: "admitted", thingName: `s-${old.certificateId}` });
  });
});

describe("a device let in again under a changed profile", () => {
  const apply = (version: string, prefix: string, groups: string) =>
    world.operator.applyProfile(
      `name: ${version}\nthing: { name: "${prefix}\${cn}", groups: [${groups}] }\npolicy: { publish: ["${prefix}/\${thingName}"] }\n`,
    );

  test("keeps nothing of the old one", async () => {
    const profile = "changing";
    await apply(profile, "a", "one, two");
    const leaf = await world.device();
    await world.operator.importCertificates({
      manufacturer: "acme",
      profile,
      files: [{ source: "leaf", bytes: leaf.der }],
    });
    await world.onboarding().onboardDevice(world.connect(leaf), signal());
    for (const [prefix, groups] of [
      ["b", "two"],
      ["b", "one"],
      ["c", "one"],
    ] as const) {
      await speak(leaf, "hold");
      await apply(profile, prefix, groups);
      world.advance(redeliveryMs);
      await speak(leaf, "release");
    }
    const { registry } = world.iotCore;
    const things = ["a", "b", "c"].map((prefix) => `${prefix}${thingNameOf(leaf)}`);
    expect(things.map((name) => registry.isAttached(name, leaf.certificateId))).toEqual([
      false,
      false,
      true,
    ]);
    expect(registry.effectivePolicies(leaf.certificateId, things[2])).toHaveLength(1);
    const thing = await world.clients.iot.send(new DescribeThingCommand({ thingName: things[2] }));
    expect(thing.attributes).toEqual({ certificateId: leaf.certificateId });
    const { state } = await world.operator.readRecord(leaf.certificateId);
    expect(state).toMatchObject({ status: "admitted", groups: ["one"] });
    expect(state).not.toHaveProperty("former");
  });

  test("a group's policy is replaced, however often the profile changes", async () => {
    for (const topic of ["one", "two", "three", "four"]) {
      await world.operator.applyProfile(
        `name: grouped\nthing: { name: "g-\${cn}", groups: [g] }\npolicy:\n  attachTo: { group: g, greengrass: false }\n  publish: ["${topic}/\${thingName}"]\n`,
      );
    }
    const leaf = await world.device();
    await world.operator.importCertificates({
      manufacturer: "acme",
      profile: "grouped",
      files: [{ source: "leaf", bytes: leaf.der }],
    });
    await world.onboarding().onboardDevice(world.connect(leaf), signal());
    const policies = world.iotCore.registry.effectivePolicies(
      leaf.certificateId,
      `g-${thingNameOf(leaf)}`,
    );
    expect(policies).toHaveLength(1);
    expect(policies[0]?.document).toContain("four/");
  });
});
