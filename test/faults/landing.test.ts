import {
  CreateThingCommand,
  DeleteCertificateCommand,
  DeleteThingCommand,
  DescribeThingCommand,
  DetachThingPrincipalCommand,
} from "@aws-sdk/client-iot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAddEntry } from "../../src/aws/dynamodb/entry-store.ts";
import { toCertificateFacts } from "../../src/rules/certificate/to-certificate-facts.ts";
import { createWorld, redeliveryMs, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const signal = () => AbortSignal.timeout(20_000);
const inside = {
  status: "admitted",
  iotStatus: "ACTIVE",
  attached: true,
  codes: [],
  chainBreaks: [],
};

describe("a batch that lands while its device is being parked", () => {
  test.for([
    "Query#1",
    "DescribeCertificate#1",
    "Query#2",
    "TransactWriteItems#1",
    "UpdateCertificate#1",
    "TransactWriteItems#2",
    "Query#4",
  ])("just before %s lets it in at once", async (at) => {
    const leaf = await world.device();
    const event = world.connect(leaf);
    const fault = { kind: "act" as const, act: () => world.land(leaf) };
    await world.onboarding({ calls: [], faults: { [at]: [fault] } }).onboardDevice(event, signal());
    expect(await world.outcome(leaf)).toMatchObject(inside);
  });
});

describe("healing", () => {
  test.for([1, 30])("lets in what landed later, in a batch of %d", async (size) => {
    const leaf = await world.device();
    const others = await Promise.all(Array.from({ length: size - 1 }, () => world.device()));
    const event = world.connect(leaf);
    await world.onboarding().onboardDevice(event, signal());
    const { landed } = await world.land(leaf, ...others);
    const summary = await world.operator.healCertificates({ signal: signal(), landed });
    expect(summary).toMatchObject({ admitted: 1, failed: [] });
    expect(await world.outcome(leaf)).toMatchObject({
      ...inside,
      audit: ["quarantined", "admitted"],
    });
  });

  test("by schedule changes nothing while the ledger says the same", async () => {
    const leaf = await world.device();
    await world.onboarding().onboardDevice(world.connect(leaf), signal());
    const before = await world.outcome(leaf);
    world.advance(redeliveryMs);
    await world.operator.healCertificates({ signal: signal() });
    expect(await world.outcome(leaf)).toEqual(before);
  });

  test("by schedule finishes what a dead function left half-way", async () => {
    const leaf = await world.device();
    await world.land(leaf);
    const fault = { kind: "error-before" as const };
    const { onboardDevice } = world.onboarding({
      calls: [],
      faults: { "AttachPolicy#1": [fault] },
    });
    await expect(onboardDevice(world.connect(leaf), signal())).rejects.toThrow();
    await world.operator.healCertificates({ signal: signal() });
    expect(await world.outcome(leaf)).toMatchObject({ status: "onboarding" });
    world.advance(redeliveryMs);
    await world.operator.healCertificates({ signal: signal() });
    expect(await world.outcome(leaf)).toMatchObject(inside);
  });
});

describe("a thing older than Muster", () => {
  test("is not adopted; the device is let in once the thing is gone", async () => {
    const leaf = await world.device();
    const thingName = leaf.subject.slice("CN=".length);
    const attributes = { owner: "somebody" };
    await world.clients.iot.send(
      new CreateThingCommand({ thingName, attributePayload: { attributes } }),
    );
    await world.land(leaf);
    await world.onboarding().onboardDevice(world.connect(leaf), signal());
    expect(await world.outcome(leaf)).toMatchObject({
      codes: ["THING_NAME_TAKEN"],
      iotStatus: "INACTIVE",
      attached: false,
    });
    const thing = await world.clients.iot.send(new DescribeThingCommand({ thingName }));
    expect(thing.attributes).toEqual(attributes);

    world.advance(redeliveryMs);
    await world.operator.healCertificates({ signal: signal() });
    expect((await world.outcome(leaf)).audit).toEqual(["quarantined"]);

    await world.clients.iot.send(new DeleteThingCommand({ thingName }));
    world.advance(redeliveryMs);
    await world.operator.healCertificates({ signal: signal() });
    world.advance(redeliveryMs);
    await world.operator.healCertificates({ signal: signal() });
    expect(await world.outcome(leaf)).toMatchObject(inside);
  });
});

describe("a certificate deleted in AWS IoT", () => {
  test("is settled anew when the device connects again", async () => {
    const leaf = await world.device();
    await world.land(leaf);
    await world.onboarding().onboardDevice(world.connect(leaf), signal());
    await world.setInIot(leaf, "INACTIVE");
    const { certificateId } = leaf;
    await world.clients.iot.send(
      new DetachThingPrincipalCommand({
        thingName: leaf.subject.slice("CN=".length),
        principal: `arn:aws:iot:eu-west-1:123456789012:cert/${certificateId}`,
      }),
    );
    await world.clients.iot.send(
      new DeleteCertificateCommand({ certificateId, forceDelete: true }),
    );
    world.advance(redeliveryMs);
    const event = world.connect(leaf);
    await world.onboarding().onboardDevice(event, signal());
    expect(await world.outcome(leaf)).toMatchObject({ ...inside, audit: ["admitted", "admitted"] });
  });

  test("before its event is handled is recorded as such", async () => {
    const leaf = await world.device();
    await world.land(leaf);
    const event = world.connect(leaf);
    await world.setInIot(leaf, "INACTIVE");
    const { certificateId } = leaf;
    await world.clients.iot.send(
      new DeleteCertificateCommand({ certificateId, forceDelete: true }),
    );
    await world.onboarding().onboardDevice(event, signal());
    expect(await world.outcome(leaf)).toMatchObject({
      status: "quarantined",
      codes: ["CERTIFICATE_NOT_IN_IOT"],
    });
    await world.onboarding().onboardDevice(world.connect(leaf), signal());
    expect(await world.outcome(leaf)).toMatchObject(inside);
  });
});

describe("an entry without the certificate itself", () => {
  const entry = {
    manufacturer: "acme",
    profile: "sensor",
    attributes: {},
    chain: [],
    importedAt: "2026-05-01T00:00:00.000Z",
  };

  test.for(["public-key", "issuer-serial"] as const)(
    "by %s lets the device in",
    async (matchedBy) => {
      const leaf = await world.device();
      const { publicKeySha256, issuerNameSha256, serial } = toCertificateFacts(leaf.der);
      const subject =
        matchedBy === "public-key" ? { publicKeySha256 } : { issuerNameSha256, serial };
      const { client, ledger, audit } = {
        client: world.clients.dynamodb,
        ledger: world.names.ledgerTable,
        audit: world.names.auditTable,
      };
      const event = world.connect(leaf);
      await world.onboarding().onboardDevice(event, signal());
      expect(await world.outcome(leaf)).toMatchObject({ codes: ["NOT_IN_LEDGER"] });

      const { batch } = await world.land(await world.device());
      await createAddEntry({ client, ledger, audit })(subject, { ...entry, batch, matchedBy });
      world.advance(redeliveryMs);
      await world.operator.healCertificates({ signal: signal() });
      expect(await world.outcome(leaf)).toMatchObject(inside);
    },
  );
});
