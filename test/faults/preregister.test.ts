import {
  CreateThingCommand,
  DescribeCertificateCommand,
  DescribeThingCommand,
  RegisterCertificateWithoutCACommand,
} from "@aws-sdk/client-iot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Leaf } from "../../src/local/sample-pki.ts";
import { type Fault, toKilling } from "../support/faults.ts";
import { createWorld, redeliveryMs, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const signal = () => AbortSignal.timeout(10_000);

/** Every call that registering in advance makes, in the order of an undisturbed run. */
const calls = [
  "Query#1",
  "BatchGetItem#1",
  "TransactWriteItems#1",
  "RegisterCertificateWithoutCA#1",
  "CreateThing#1",
  "AttachPolicy#1",
  "AttachThingPrincipal#1",
  "AddThingToThingGroup#1",
  "UpdateCertificate#1",
  "TransactWriteItems#2",
];

const faults: Readonly<Record<string, Fault>> = {
  "fails after it took effect": { kind: "error-after" },
  "never returns and takes no effect": { kind: "hang-before" },
  "never returns after it took effect": { kind: "hang-after" },
  "is throttled until the time is over": { kind: "throttled", times: 1_000 },
};

const inside = {
  status: "admitted",
  codes: [],
  hold: undefined,
  parked: false,
  iotStatus: "ACTIVE",
  attached: true,
  policies: 1,
  audit: ["admitted"],
  chainBreaks: [],
};

async function landed(): Promise<Leaf> {
  const leaf = await world.device();
  await world.land(leaf);
  return leaf;
}

/** One try by a function that is killed when it hangs. */
async function preregister({ certificateId }: Leaf, at?: string, given?: Fault) {
  const killed = Promise.withResolvers<"killed">();
  const fault = given && toKilling(given, () => killed.resolve("killed"));
  const plan = { calls: [] as string[], faults: at && fault ? { [at]: [fault] } : {} };
  const run = world
    .onboarding(plan)
    .preregisterCertificate(certificateId, signal())
    .then(
      ({ status }) => status,
      (error) => (typeof error.code === "string" ? error.code : "failed") as string,
    );
  const result = await Promise.race([run, killed.promise]);
  return { result, calls: plan.calls };
}

const registerElsewhere = (leaf: Leaf, status: "ACTIVE" | "INACTIVE" | "REVOKED") =>
  world.clients.iot.send(
    new RegisterCertificateWithoutCACommand({ certificatePem: leaf.pem, status }),
  );

describe("registering in advance", () => {
  test("makes the calls that are disturbed below, and no others", async () => {
    const leaf = await landed();
    const made = await preregister(leaf);
    expect(made).toMatchObject({ result: "admitted" });
    expect(made.calls.toSorted()).toEqual(calls.toSorted());
    expect(await world.outcome(leaf)).toEqual(inside);
  });

  test("again changes nothing, and asks AWS IoT nothing", async () => {
    const leaf = await landed();
    await preregister(leaf);
    world.advance(redeliveryMs);
    const again = await preregister(leaf);
    expect(again).toEqual({ result: "admitted", calls: ["Query#1", "BatchGetItem#1"] });
    expect(await world.outcome(leaf)).toEqual(inside);
  });

  describe.for(Object.entries(faults))("when a call %s", ([, fault]) => {
    test.for(calls)("%s, the next try ends as the undisturbed run", async (call) => {
      const leaf = await landed();
      const first = await preregister(leaf, call, fault);
      // Nothing incomplete is ever reported as success.
      if (first.result === "admitted") expect(await world.outcome(leaf)).toEqual(inside);
      else expect(["failed", "killed", "DEADLINE_EXCEEDED"]).toContain(first.result);

      world.advance(redeliveryMs);
      expect((await preregister(leaf)).result).toBe("admitted");
      expect(await world.outcome(leaf)).toEqual(inside);
    });
  });

  test.for(calls.slice(2, -1))("left half-way after %s is finished by healing", async (call) => {
    const leaf = await landed();
    await preregister(leaf, call, { kind: "error-after" });
    expect(await world.outcome(leaf)).toMatchObject({ status: "onboarding" });
    world.advance(redeliveryMs);
    await world.operator.healCertificates({ signal: signal() });
    expect(await world.outcome(leaf)).toEqual(inside);
  });

  test("beside another one at the same moment lets it in once", async () => {
    const leaf = await landed();
    const results = await Promise.all([preregister(leaf), preregister(leaf), preregister(leaf)]);
    expect(results.map(({ result }) => result)).toContain("admitted");
    world.advance(redeliveryMs);
    expect((await preregister(leaf)).result).toBe("admitted");
    expect(await world.outcome(leaf)).toEqual(inside);
  });
});

describe("a device that connects while it is registered in advance", () => {
  test.for(["Query#1", "TransactWriteItems#1", "RegisterCertificateWithoutCA#1"])(
    "just before %s is let in all the same",
    async (call) => {
      const leaf = await landed();
      let event: unknown;
      const act = async () => {
        event = world.connect(leaf);
      };
      await preregister(leaf, call, { kind: "act", act });
      expect(await world.outcome(leaf)).toEqual(inside);
      await world.onboarding().onboardDevice(event, signal());
      expect(await world.outcome(leaf)).toEqual(inside);
    },
  );
});

describe("an operator's word", () => {
  const say = (leaf: Leaf, act: "hold" | "release" | "revoke") =>
    world.operator.changeStanding({
      certificateId: leaf.certificateId,
      act,
      reason: "stolen",
      signal: signal(),
    });

  test.for(calls)("spoken just before %s keeps the device out", async (call) => {
    const leaf = await landed();
    await preregister(leaf, call, { kind: "act", act: () => say(leaf, "hold") });
    world.advance(redeliveryMs);
    await preregister(leaf);
    const outcome = await world.outcome(leaf);
    expect(outcome).toMatchObject({ status: "quarantined", hold: "operator", chainBreaks: [] });
    expect(outcome.codes).toContain("HELD");
    expect([undefined, "INACTIVE"]).toContain(outcome.iotStatus);
  });

  test("taken back lets it in, though nothing of it was in AWS IoT", async () => {
    const leaf = await landed();
    await say(leaf, "hold");
    expect((await preregister(leaf)).result).toBe("quarantined");
    expect(await world.outcome(leaf)).toMatchObject({
      iotStatus: undefined,
      codes: ["HELD", "CERTIFICATE_NOT_IN_IOT"],
    });
    await say(leaf, "release");
    await world.operator.healCertificates({ signal: signal() });
    expect(await world.outcome(leaf)).toMatchObject({ status: "admitted", iotStatus: "ACTIVE" });
  });

  test("in AWS IoT itself stands, though a dead attempt had just registered the device", async () => {
    const leaf = await landed();
    await preregister(leaf, "UpdateCertificate#1", { kind: "error-after" });
    world.advance(redeliveryMs / 8);
    await world.setInIot(leaf, "INACTIVE");
    world.advance(redeliveryMs);
    await preregister(leaf);
    expect(await world.outcome(leaf)).toMatchObject({
      status: "quarantined",
      hold: "iot",
      iotStatus: "INACTIVE",
    });
  });
});

describe("a certificate that somebody else has registered", () => {
  const thingName = (leaf: Leaf) => leaf.subject.slice("CN=".length);

  test.for(["ACTIVE", "INACTIVE", "REVOKED"] as const)(
    "%s is left alone, whatever comes after",
    async (status) => {
      const leaf = await landed();
      await registerElsewhere(leaf, status);
      world.advance(redeliveryMs);
      const { calls: made } = await preregister(leaf);
      world.advance(redeliveryMs);
      await preregister(leaf);
      await world.operator.healCertificates({ signal: signal() });
      await world.operator.settleCertificates([leaf.certificateId], signal());
      expect(made.filter((call) => /Update|Attach|CreateThing/.test(call))).toEqual([]);
      expect(await world.outcome(leaf)).toMatchObject({
        status: "quarantined",
        codes: ["REGISTERED_BY_OTHERS"],
        hold: "iot",
        iotStatus: status,
        attached: false,
        policies: 0,
        audit: ["quarantined"],
      });
    },
  );

  test("is left alone though the ledger has something against it", async () => {
    const leaf = await landed();
    await registerElsewhere(leaf, "ACTIVE");
    world.advance(redeliveryMs);
    await world.operator.changeStanding({
      certificateId: leaf.certificateId,
      act: "hold",
      reason: "stolen",
      signal: signal(),
    });
    await preregister(leaf);
    expect(await world.outcome(leaf)).toMatchObject({ iotStatus: "ACTIVE", policies: 0 });
  });

  test("waiting for activation under a CA of somebody else's is left alone", async () => {
    const leaf = await landed();
    world.iotCore.registry.registerAtConnect({
      certificatePem: leaf.pem,
      caCertificateId: "ab".repeat(32),
      now: world.now(),
    });
    await preregister(leaf);
    expect(await world.outcome(leaf)).toMatchObject({
      codes: ["REGISTERED_BY_OTHERS"],
      iotStatus: "PENDING_ACTIVATION",
    });
  });

  test("is let in once an operator hands it over", async () => {
    const leaf = await landed();
    await registerElsewhere(leaf, "ACTIVE");
    world.advance(redeliveryMs);
    await preregister(leaf);
    await world.operator.changeStanding({
      certificateId: leaf.certificateId,
      act: "release",
      reason: "it is ours",
      signal: signal(),
    });
    expect(await world.outcome(leaf)).toMatchObject({ status: "admitted", iotStatus: "ACTIVE" });
  });

  test("gives back the thing name that was reserved for it", async () => {
    const [leaf, other] = await Promise.all([landed(), world.device()]);
    await registerElsewhere(leaf, "ACTIVE");
    world.advance(redeliveryMs);
    await preregister(leaf);
    const twin = await world.device({ subject: leaf.subject });
    await world.land(twin, other);
    expect((await preregister(twin)).result).toBe("admitted");
    const { attributes } = await world.clients.iot.send(
      new DescribeThingCommand({ thingName: thingName(leaf) }),
    );
    expect(attributes).toMatchObject({ certificateId: twin.certificateId });
  });
});

describe("a certificate that cannot be let in", () => {
  test("for a thing that is another's is registered, and stays INACTIVE", async () => {
    const leaf = await landed();
    await world.clients.iot.send(
      new CreateThingCommand({ thingName: leaf.subject.slice("CN=".length) }),
    );
    await preregister(leaf);
    expect(await world.outcome(leaf)).toMatchObject({
      status: "quarantined",
      codes: ["THING_NAME_TAKEN"],
      parked: true,
      iotStatus: "INACTIVE",
      hold: undefined,
    });
  });

  test("is not registered at all where the ledger says no", async () => {
    const leaf = await world.device({ notAfter: new Date("2020-01-01T00:00:00Z") });
    await world.land(leaf);
    const { calls: made } = await preregister(leaf);
    expect(made).not.toContain("RegisterCertificateWithoutCA#1");
    await expect(
      world.clients.iot.send(new DescribeCertificateCommand({ certificateId: leaf.certificateId })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});
