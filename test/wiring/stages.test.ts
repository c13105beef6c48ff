import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClients } from "../../src/aws/create-clients.ts";
import { createTables } from "../../src/aws/dynamodb/create-tables.ts";
import { createCa } from "../../src/local/sample-pki.ts";
import { wireOperator } from "../../src/wiring/operator.ts";
import { injectFaults } from "../support/faults.ts";
import { identity } from "../support/identity.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Another stage in the same account, with what it calls of AWS IoT. */
async function createOtherStage() {
  const names = { ledgerTable: "other-ledger", auditTable: "other-audit" };
  const clients = createClients(world.target);
  await createTables({
    client: clients.dynamodb,
    ledger: names.ledgerTable,
    audit: names.auditTable,
  });
  const calls: string[] = [];
  injectFaults({ calls }, [clients.iot, clients.yieldingIot]);
  const operator = wireOperator({
    ...names,
    clients,
    actor: "operator:other",
    stage: "other",
    scope: async () => ({ partition: "aws", ...identity }),
    now: world.now,
  });
  await operator.manufacturers.add("acme", "Acme");
  return { operator, calls };
}

describe("two stages in one account", () => {
  test("a CA of one is refused to the other, and its certificates are left alone there", async () => {
    const { operator: other, calls } = await createOtherStage();
    const request = { ca: world.ca.der, mode: "SNI_ONLY", manufacturer: "acme" } as const;
    await expect(other.registerCa(request)).rejects.toMatchObject({
      code: "CA_CONFLICT",
      message: expect.stringContaining('the stage "test"'),
    });
    expect(await other.listCas()).toEqual([]);
    // Again where it belongs, it stays.
    await world.operator.registerCa(request);

    const leaf = await world.device();
    const event = world.connect(leaf);
    const signal = AbortSignal.timeout(30_000);
    const before = calls.length;
    expect(await other.onboardDevice(event, signal)).toMatchObject({ outcome: "not-ours" });
    await other.healCertificates({ signal });
    expect(calls.slice(before)).toEqual([]);
    expect((await other.readRecord(leaf.certificateId)).state).toBeUndefined();
    expect(world.iotCore.registry.findCertificate(leaf.certificateId)?.status).toBe(
      "PENDING_ACTIVATION",
    );

    await world.land(leaf);
    expect(await world.operator.onboardDevice(event, signal)).toMatchObject({
      outcome: "admitted",
    });
    // Late and repeated events change nothing at the other.
    expect(await other.onboardDevice(event, signal)).toMatchObject({ outcome: "not-ours" });
    expect(world.iotCore.registry.findCertificate(leaf.certificateId)?.status).toBe("ACTIVE");
  });

  test("a CA that somebody registered without a stage is the first one's who asks", async () => {
    const ca = await createCa({ name: "Nobody's CA" });
    const { RegisterCACertificateCommand } = await import("@aws-sdk/client-iot");
    await world.clients.iot.send(
      new RegisterCACertificateCommand({ caCertificate: ca.pem, certificateMode: "SNI_ONLY" }),
    );
    const request = { ca: ca.der, mode: "SNI_ONLY", manufacturer: "acme" } as const;
    await world.operator.registerCa(request);
    expect(world.iotCore.registry.tables.caCertificates.find(ca.certificateId)).toMatchObject({
      status: "ACTIVE",
      autoRegistrationStatus: "ENABLE",
    });
  });
});
