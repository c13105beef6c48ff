import { randomUUID } from "node:crypto";
import { createClients } from "../../src/aws/create-clients.ts";
import { createTables } from "../../src/aws/dynamodb/create-tables.ts";
import { startIotCore } from "../../src/iot-core/start-iot-core.ts";
import {
  type Ca,
  createCa,
  issueLeaf,
  type Leaf,
  type LeafOptions,
} from "../../src/local/sample-pki.ts";
import { defaultTiming } from "../../src/onboarding/timing.ts";
import { verifyChain } from "../../src/rules/audit/verify-chain.ts";
import { wireOnboarding } from "../../src/wiring/onboarding.ts";
import { type OperatorUseCases, wireOperator } from "../../src/wiring/operator.ts";
import { startDatabase } from "./database.ts";
import { type FaultPlan, injectFaults } from "./faults.ts";
import { identity } from "./identity.ts";

const profileYaml = `
name: sensor
thing:
  name: "\${cn}"
  groups: [sensors]
policy:
  publish: ["dt/\${thingName}/*"]
  subscribe: ["cmd/\${thingName}/*"]
`;

interface WorldOptions {
  /** AWS's quotas, multiplied with this; then time is the real one. */
  readonly quotaScale?: number;
}

/** A database, an IoT Core stand-in and a manufacturer, shared by the tests of a file. */
export async function createWorld({ quotaScale }: WorldOptions = {}) {
  const database = await startDatabase();
  let nowMs = Date.parse("2026-05-01T12:00:00Z");
  const now = () => (quotaScale === undefined ? new Date(nowMs) : new Date());
  const iotCore = await startIotCore({
    stateFile: ":memory:",
    controlPlanePort: 0,
    identity,
    now,
    publishEvent: () => {},
    ...(quotaScale !== undefined && { quotaScale }),
  });
  const target = {
    region: identity.region,
    iotEndpoint: iotCore.controlPlaneUrl,
    dynamodbEndpoint: database.url,
    credentials: { accessKeyId: toAccessKey(randomUUID()), secretAccessKey: "test" },
    random: quotaScale === undefined ? () => 0 : Math.random,
  };
  const names = { ledgerTable: "ledger", auditTable: "audit" };
  const clients = createClients(target);
  await createTables({ client: clients.dynamodb, ledger: "ledger", audit: "audit" });
  const operator = wireOperator({
    clients,
    ...names,
    actor: "operator:test",
    stage: "test",
    scope: async () => ({
      partition: "aws",
      region: identity.region,
      accountId: identity.accountId,
    }),
    now,
  });
  const ca = await createCa({ name: `Acme ${randomUUID()}` });
  await operator.manufacturers.add("acme", "Acme");
  await operator.registerCa({ ca: ca.der, mode: "SNI_ONLY", manufacturer: "acme" });
  await operator.applyProfile(profileYaml);

  return {
    clients,
    operator,
    ca,
    iotCore,
    now,
    target,
    names,
    advance: (ms: number) => {
      nowMs += ms;
    },
    /** Onboarding with its own clients, that the plan's fault goes through. */
    onboarding: (plan: FaultPlan = { calls: [] }) => {
      const own = createClients(target);
      injectFaults(plan, [own.iot, own.yieldingIot, own.dynamodb]);
      return wireOnboarding({ clients: own, ...names, actor: "muster:onboard", now });
    },
    device: (options: Partial<LeafOptions> = {}, issuer: Ca = ca) =>
      issueLeaf(issuer, { subject: `CN=dev-${randomUUID()}`, ...options }),
    land: (...leaves: readonly Leaf[]) => landIn(operator, leaves),
    /** What AWS IoT does at a first connect, and the event it publishes. */
    connect: (leaf: Leaf, issuer: Ca = ca) => {
      const found = iotCore.registry.registerAtConnect({
        certificatePem: leaf.pem,
        caCertificateId: issuer.certificateId,
        now: now(),
      });
      return {
        certificateId: found.certificateId,
        caCertificateId: issuer.certificateId,
        timestamp: now().getTime(),
        certificateStatus: "PENDING_ACTIVATION",
        awsAccountId: identity.accountId,
        certificateRegistrationTimestamp: null,
      };
    },
    /** What an operator does in the AWS console. */
    setInIot: (leaf: Leaf, status: "ACTIVE" | "INACTIVE" | "REVOKED") =>
      setStatus(clients, leaf.certificateId, status),
    outcome: (leaf: Leaf) => readOutcome(operator, iotCore.registry, leaf),
    close: async () => {
      await iotCore.close();
      await database.close();
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/** DynamoDB Local takes letters and digits only. */
function toAccessKey(uuid: string): string {
  return uuid.replaceAll("-", "");
}

async function landIn(operator: OperatorUseCases, leaves: readonly Leaf[]) {
  return operator.importCertificates({
    manufacturer: "acme",
    profile: "sensor",
    files: leaves.map(({ der, certificateId }) => ({ source: certificateId, bytes: der })),
  });
}

async function setStatus(
  { iot }: ReturnType<typeof createClients>,
  certificateId: string,
  newStatus: "ACTIVE" | "INACTIVE" | "REVOKED",
): Promise<void> {
  const { UpdateCertificateCommand } = await import("@aws-sdk/client-iot");
  await iot.send(new UpdateCertificateCommand({ certificateId, newStatus }));
}

/** Everything a disturbed run is compared by; times and attempt numbers may differ. */
async function readOutcome(
  operator: OperatorUseCases,
  registry: Awaited<ReturnType<typeof startIotCore>>["registry"],
  leaf: Leaf,
) {
  const record = await operator.readRecord(leaf.certificateId);
  const thingName = leaf.subject.replace(/^CN=/, "");
  const subject = `CERT#${leaf.certificateId}`;
  const { records, head } = await operator.readChain(subject);
  return {
    status: record.state?.status,
    codes: record.state?.findings.map(({ code }) => code) ?? [],
    hold: record.hold?.source,
    parked: record.state?.parkedAt !== undefined,
    iotStatus: registry.findCertificate(leaf.certificateId)?.status,
    attached: registry.isAttached(thingName, leaf.certificateId),
    policies: registry.effectivePolicies(leaf.certificateId).length,
    audit: records.map(({ action }) => action),
    chainBreaks: verifyChain(subject, records, head),
  };
}

/** Longer than any attempt: when a queue delivers again. */
export const redeliveryMs = defaultTiming.leaseMs * 4;
