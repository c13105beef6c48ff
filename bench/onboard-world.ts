import { fork } from "node:child_process";
import { once } from "node:events";
import { type AwsClients, createClients } from "../src/aws/create-clients.ts";
import { createTables } from "../src/aws/dynamodb/create-tables.ts";
import { createCa, issueLeaf, type Leaf } from "../src/local/sample-pki.ts";
import { wireOperator } from "../src/wiring/operator.ts";
import { startDatabase } from "../test/support/database.ts";
import { identity } from "../test/support/identity.ts";

export const tableNames = { ledgerTable: "ledger", auditTable: "audit" };
const profileYaml = `
name: bench
thing: { name: "\${cn}" }
policy: { publish: ["dt/\${thingName}/*"] }
`;

export interface OnboardWorld extends AsyncDisposable {
  readonly newClients: () => AwsClients;
  readonly leaves: readonly Leaf[];
  readonly policyName: string;
  /** Has AWS IoT register a certificate, as at a first connect. @returns the event. */
  readonly connect: (leaf: Leaf) => Promise<object>;
}

/** Starts the database and the stand-in, with devices that are in the ledger and have not connected. */
export async function createOnboardWorld(devices: number): Promise<OnboardWorld> {
  await using stack = new AsyncDisposableStack();
  const database = await startDatabase();
  stack.defer(() => database.close());
  const cloud = fork("bench/onboard-cloud.ts");
  stack.defer(() => cloud.disconnect());
  const [iotEndpoint] = await once(cloud, "message");
  const target = {
    region: identity.region,
    iotEndpoint,
    dynamodbEndpoint: database.url,
    credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
  };
  const { caCertificateId, ...prepared } = await prepare(createClients(target), devices);
  const connect = async ({ pem: certificatePem, certificateId }: Leaf) => {
    cloud.send({ certificatePem, caCertificateId });
    await once(cloud, "message");
    const timestamp = Date.now();
    return { certificateId, caCertificateId, timestamp, certificateStatus: "PENDING_ACTIVATION" };
  };
  const owned = stack.move();
  return {
    newClients: () => createClients(target),
    ...prepared,
    connect,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function prepare(clients: AwsClients, devices: number) {
  const { ledgerTable: ledger, auditTable: audit } = tableNames;
  await createTables({ client: clients.dynamodb, ledger, audit });
  const operator = wireOperator({
    clients,
    ...tableNames,
    actor: "bench",
    stage: "bench",
    scope: async () => ({ partition: "aws", ...identity }),
  });
  const ca = await createCa({ name: "Bench CA" });
  const leaves = await Promise.all(
    Array.from({ length: devices }, (_, index) => issueLeaf(ca, { subject: `CN=bench-${index}` })),
  );
  await operator.manufacturers.add("bench", "Bench");
  await operator.registerCa({ ca: ca.der, mode: "SNI_ONLY", manufacturer: "bench" });
  const { policyName } = await operator.applyProfile(profileYaml);
  await operator.importCertificates({
    manufacturer: "bench",
    profile: "bench",
    files: leaves.map(({ der, certificateId }) => ({ source: certificateId, bytes: der })),
  });
  return { caCertificateId: ca.certificateId, leaves, policyName };
}
