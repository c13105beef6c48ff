import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IoT } from "@aws-sdk/client-iot";
import mqtt, { type MqttClient } from "mqtt";
import { ordinaryEnds } from "../../../src/cli/local/ordinary-ends.ts";
import type { ConnectionAttempt } from "../../../src/iot-core/listener/connection-attempt.ts";
import { createServerIdentity } from "../../../src/iot-core/listener/create-server-identity.ts";
import { startIotCore } from "../../../src/iot-core/start-iot-core.ts";
import { createCa, issueLeaf } from "../../../src/local/sample-pki.ts";
import type { Dial, Encoding, TlsVersion } from "../clients/stock-client.ts";
import {
  type Authority,
  type DeviceFiles,
  type DeviceOptions,
  writeCertificate,
  writeDevice,
} from "./pki.ts";

export interface Cloud extends AsyncDisposable {
  /** What a user with an AWS account has. */
  readonly iot: IoT;
  /** A service of the operator's, which may do everything. */
  readonly backend: MqttClient;
  /** The certificates that it heard of on `$aws/events/certificates/registered/+`. */
  readonly heardOf: ReadonlySet<string>;
  readonly port: number;
  readonly serverCa: Readonly<Record<Encoding, string>>;
  /** For files. */
  readonly folder: string;
  /** What the live log shows. */
  /** Without the ordinary ends of connections, which come when it suits the client. */
  readonly attempts: readonly ConnectionAttempt[];
  readonly attemptsOf: (clientId: string) => readonly ConnectionAttempt[];
  readonly registerCa: (authority: Authority) => Promise<void>;
  /** A device that is known nowhere yet. */
  readonly makeDevice: (authority: Authority, options: DeviceOptions) => Promise<Device>;
  /** For those whose first connect is not what is looked at. */
  readonly register: (device: Device) => Promise<void>;
  /** Thing, policy, and only then ACTIVE. */
  readonly admit: (device: Device) => Promise<void>;
}

export interface Device extends DeviceFiles {
  readonly dial: Dial;
}

const identity = {
  accountId: "123456789012",
  region: "eu-central-1",
  endpointAddress: "localhost",
};
const devicePolicy = "device";

/** A device has its topics; it may ask for those of all, and receives its own. */
const devicePolicyDocument = {
  Version: "2012-10-17",
  Statement: [
    allow("iot:Connect", "client/${iot:Connection.Thing.ThingName}"),
    allow("iot:Publish", "topic/dt/${iot:Connection.Thing.ThingName}/*"),
    allow("iot:Subscribe", "topicfilter/dt/${iot:Connection.Thing.ThingName}/*"),
    allow("iot:Subscribe", "topicfilter/dt/+/down"),
    allow("iot:Receive", "topic/dt/${iot:Connection.Thing.ThingName}/*"),
  ],
};

/** Starts a stand-in of one's own. */
export async function startCloud(tls: TlsVersion): Promise<Cloud> {
  await using started = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "muster-interop-"));
  started.defer(() => rmSync(folder, { recursive: true }));
  const attempts: ConnectionAttempt[] = [];
  const server = await createServerIdentity(["localhost", "127.0.0.1"]);
  const iotCore = await startIotCore({
    stateFile: ":memory:",
    controlPlanePort: 0,
    identity,
    now: () => new Date(),
    listener: {
      port: 0,
      server,
      maxTlsVersion: tls,
      report: (attempt) => {
        if (!ordinaryEnds.has(attempt.outcome)) attempts.push(attempt);
      },
    },
  });
  started.defer(() => iotCore.close());
  const iot = createIot(iotCore.controlPlaneUrl);
  started.defer(() => iot.destroy());
  await iot.createPolicy({
    policyName: devicePolicy,
    policyDocument: JSON.stringify(devicePolicyDocument),
  });
  const port = iotCore.listener?.port ?? 0;
  const backend = await startBackend(iot, { port, serverCaPem: server.caPem });
  started.defer(() => backend.endAsync(true));
  const heardOf = await listenForRegistrations(backend);
  const serverCa = writeCertificate(folder, "server-ca", server.caPem);
  const running = started.move();

  return {
    iot,
    backend,
    heardOf,
    port,
    serverCa,
    folder,
    attempts,
    attemptsOf: (clientId) => attempts.filter((attempt) => attempt.clientId === clientId),
    registerCa: (authority) => registerCa(iot, authority),
    makeDevice: async (authority, options) => {
      const { clientId, encoding } = options;
      const files = await writeDevice(folder, authority, options);
      const { certificate, key } = files;
      const ca = serverCa[encoding];
      return {
        ...files,
        dial: { clientId, port, serverCa: ca, certificate, key, encoding, tls },
      };
    },
    register: async ({ certificate }) => {
      const certificatePem = readFileSync(certificate, "utf8");
      await iot.registerCertificateWithoutCA({ certificatePem });
    },
    admit: (device) => admit(iot, device),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function createIot(endpoint: string): IoT {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return new IoT({ endpoint, region: identity.region, credentials });
}

async function registerCa(iot: IoT, { issuing }: Authority): Promise<void> {
  await iot.registerCACertificate({
    caCertificate: issuing.pem,
    certificateMode: "SNI_ONLY",
    setAsActive: true,
    allowAutoRegistration: true,
  });
}

async function admit(iot: IoT, { certificateId, dial }: Device): Promise<void> {
  const { certificateDescription } = await iot.describeCertificate({ certificateId });
  const principal = certificateDescription?.certificateArn;
  await iot.createThing({ thingName: dial.clientId });
  await iot.attachThingPrincipal({ thingName: dial.clientId, principal });
  await iot.attachPolicy({ policyName: devicePolicy, target: principal });
  await iot.updateCertificate({ certificateId, newStatus: "ACTIVE" });
}

async function startBackend(
  iot: IoT,
  { port, serverCaPem }: { readonly port: number; readonly serverCaPem: string },
): Promise<MqttClient> {
  const { pem, privateKeyPem } = await issueLeaf(await createCa({ name: "Operator" }), {
    subject: "CN=backend",
  });
  const { certificateArn } = await iot.registerCertificateWithoutCA({
    certificatePem: pem,
    status: "ACTIVE",
  });
  await iot.createPolicy({
    policyName: "backend",
    policyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }],
    }),
  });
  await iot.attachPolicy({ policyName: "backend", target: certificateArn });
  return mqtt.connectAsync({
    protocol: "mqtts",
    protocolVersion: 4,
    host: "localhost",
    port,
    ca: serverCaPem,
    cert: pem,
    key: privateKeyPem,
    clientId: "backend",
  });
}

async function listenForRegistrations(backend: MqttClient): Promise<ReadonlySet<string>> {
  const heardOf = new Set<string>();
  backend.on("message", (topic, payload) => {
    if (!topic.startsWith("$aws/events/certificates/registered/")) return;
    heardOf.add(JSON.parse(String(payload)).certificateId);
  });
  await backend.subscribeAsync("$aws/events/certificates/registered/+", { qos: 1 });
  return heardOf;
}

function allow(action: string, resource: string) {
  const { region, accountId } = identity;
  return {
    Effect: "Allow",
    Action: action,
    Resource: `arn:aws:iot:${region}:${accountId}:${resource}`,
  };
}
