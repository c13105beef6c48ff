import type { ConnectionOptions } from "node:tls";
import type { IConnectPacket } from "mqtt-packet";
import { describe, expect, test } from "vitest";
import type { ConnectOutcome } from "../../../src/iot-core/listener/connection-attempt.ts";
import {
  allowEverything,
  arn,
  attemptConnect,
  connectMqtt,
  connectPacket,
  type Issued,
  identity,
  issue,
  startTestListener,
} from "./support.ts";

type Started = Awaited<ReturnType<typeof startTestListener>>;

interface UnknownCase {
  readonly name: string;
  readonly outcome: ConnectOutcome;
  readonly prepare: (started: Started) => Promise<Issued>;
  readonly tls?: ConnectionOptions;
}

const subject = "CN=d1,O=Acme";
const withCa = async (
  { registry }: Started,
  changes: Parameters<typeof registry.addCa>[1] = {},
) => {
  const ca = await issue("CN=Acme device CA");
  registry.addCa(ca, changes);
  return ca;
};

const unknownCases: readonly UnknownCase[] = [
  {
    name: "its issuer is not registered",
    outcome: "ISSUER_NOT_REGISTERED",
    prepare: async () => issue(subject, { issuer: await issue("CN=Nobody") }),
  },
  {
    name: "another CA with its issuer's name is registered",
    outcome: "ISSUER_SIGNATURE_INVALID",
    prepare: async (started) => {
      await withCa(started);
      return issue(subject, { issuer: await issue("CN=Acme device CA") });
    },
  },
  {
    name: "another CA with its issuer's name and a key of another kind is registered",
    outcome: "ISSUER_SIGNATURE_INVALID",
    prepare: async (started) => {
      await withCa(started);
      return issue(subject, { issuer: await issue("CN=Acme device CA", { key: "rsa" }) });
    },
  },
  {
    name: "only the CA above its issuer is registered",
    outcome: "ISSUER_NOT_REGISTERED",
    prepare: async (started) => {
      const issuer = await issue("CN=Intermediate", { issuer: await withCa(started) });
      const leaf = await issue(subject, { issuer });
      return { ...leaf, pem: `${leaf.pem}${issuer.pem}` };
    },
  },
  {
    name: "its CA does not register automatically",
    outcome: "AUTO_REGISTRATION_DISABLED",
    prepare: async (started) =>
      issue(subject, { issuer: await withCa(started, { autoRegistrationStatus: "DISABLE" }) }),
  },
  {
    name: "its CA is INACTIVE",
    outcome: "CA_INACTIVE",
    prepare: async (started) =>
      issue(subject, { issuer: await withCa(started, { status: "INACTIVE" }) }),
  },
  {
    name: "it has expired",
    outcome: "CERTIFICATE_EXPIRED",
    prepare: async (started) =>
      issue(subject, {
        issuer: await withCa(started),
        notAfter: new Date("2026-06-01T11:59:59Z"),
      }),
  },
  {
    name: "it is not valid yet",
    outcome: "CERTIFICATE_NOT_YET_VALID",
    prepare: async (started) =>
      issue(subject, {
        issuer: await withCa(started),
        notBefore: new Date("2026-06-01T12:00:01Z"),
      }),
  },
  {
    name: "it is signed with SHA-1",
    outcome: "CERTIFICATE_NOT_ACCEPTED",
    prepare: async (started) => issue(subject, { issuer: await withCa(started), hash: "SHA-1" }),
    // A client that still has such a certificate allows it itself.
    tls: { ciphers: "DEFAULT@SECLEVEL=0" },
  },
  {
    name: "the client sends no server name",
    outcome: "SNI_MISSING",
    prepare: async (started) => issue(subject, { issuer: await withCa(started) }),
    tls: { servername: "" },
  },
  {
    name: "the client sends another endpoint's server name",
    outcome: "SNI_UNKNOWN",
    prepare: async (started) => issue(subject, { issuer: await withCa(started) }),
    tls: { servername: "other-ats.iot.eu-central-1.amazonaws.com" },
  },
];

describe("an unknown certificate is not registered when", () => {
  test.for(unknownCases)("$name", async ({ prepare, outcome, tls }) => {
    const started = await startTestListener();
    const device = await prepare(started);
    const { packets } = await attemptConnect(started.target, device, tls);
    expect(packets).toEqual([]);
    expect(started.attempts).toMatchObject([{ outcome, clientId: "d1" }]);
    expect(started.registry.certificates.size).toBe(0);
    expect(started.events).toEqual([]);
  });
});

test("of several CAs with the issuer's name, the one that signed is found", async () => {
  const started = await startTestListener();
  await withCa(started);
  const ca = await withCa(started);
  const device = await issue(subject, { issuer: ca });
  await attemptConnect(started.target, device);
  expect(started.registry.certificates.get(device.certificateId)).toMatchObject({
    caCertificateId: ca.certificateId,
  });
});

interface KnownCase {
  readonly name: string;
  readonly outcome: ConnectOutcome;
  readonly prepare?: (started: Started, device: Issued) => void;
  readonly packet?: Partial<IConnectPacket>;
  /** Whether the presence event `connect_failed` is published. */
  readonly fails?: true;
}

const will = { topic: "last/words", payload: Buffer.from("bye"), qos: 0, retain: false } as const;
const allowing = (action: string, resource: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: action, Resource: resource }],
});

const knownCases: readonly KnownCase[] = [
  {
    name: "it is INACTIVE",
    outcome: "CERTIFICATE_INACTIVE",
    prepare: ({ registry }, { certificateId }) => registry.setStatus(certificateId, "INACTIVE"),
  },
  {
    name: "it is REVOKED",
    outcome: "CERTIFICATE_REVOKED",
    prepare: ({ registry }, { certificateId }) => registry.setStatus(certificateId, "REVOKED"),
  },
  {
    name: "it has expired",
    outcome: "CERTIFICATE_EXPIRED",
    prepare: ({ clock }) => {
      clock.now = new Date("2050-01-01T00:00:00Z");
    },
  },
  {
    name: "it has no policy",
    outcome: "NO_POLICY",
    prepare: ({ registry }, { certificateId }) => registry.setPolicies(certificateId),
    fails: true,
  },
  {
    name: "its policy is for another client id",
    outcome: "CONNECT_DENIED",
    prepare: ({ registry }, { certificateId }) =>
      registry.setPolicies(certificateId, allowing("iot:Connect", arn("client/d2"))),
    fails: true,
  },
  {
    name: "its will may not be published",
    outcome: "WILL_DENIED",
    prepare: ({ registry }, { certificateId }) =>
      registry.setPolicies(certificateId, allowing("iot:Connect", "*")),
    packet: { will },
    fails: true,
  },
  {
    name: "its will may be published but not retained",
    outcome: "WILL_DENIED",
    prepare: ({ registry }, { certificateId }) =>
      registry.setPolicies(
        certificateId,
        allowing("iot:Connect", "*"),
        allowing("iot:Publish", arn("topic/last/words")),
      ),
    packet: { will: { ...will, retain: true } },
    fails: true,
  },
  {
    name: "its will has QoS 2",
    outcome: "WILL_QOS_2_UNSUPPORTED",
    packet: { will: { ...will, qos: 2 } },
  },
  {
    name: "its will is for a shadow",
    outcome: "WILL_UNSUPPORTED",
    packet: { will: { ...will, topic: "$aws/things/d1/shadow/update" } },
  },
  { name: "its client id is empty", outcome: "CLIENT_ID_INVALID", packet: { clientId: "" } },
  {
    name: "its client id begins with $",
    outcome: "CLIENT_ID_INVALID",
    packet: { clientId: "$d1" },
  },
  {
    name: "its client id has 129 bytes",
    outcome: "CLIENT_ID_INVALID",
    packet: { clientId: `é${"x".repeat(127)}` },
  },
  {
    name: "it asks for MQTT 3.1",
    outcome: "MQTT_VERSION_UNSUPPORTED",
    packet: { protocolVersion: 3, protocolId: "MQIsdp" },
  },
];

describe("a registered certificate is refused without CONNACK when", () => {
  test.for(knownCases)("$name", async ({ prepare, packet, outcome, fails }) => {
    const started = await startTestListener();
    const device = await started.addDevice("d1");
    prepare?.(started, device);
    const { packets } = await attemptConnect(started.target, device, {
      packet: connectPacket("d1", packet),
    });
    expect(packets).toEqual([]);
    expect(started.attempts).toMatchObject([{ outcome }]);
    expect(started.events.map(({ topic }) => topic)).toEqual(
      fails ? ["$aws/events/presence/connect_failed/d1"] : [],
    );
  });
});

test("a failed authorization is told as AWS IoT tells it", async () => {
  const { addDevice, registry, target, events, clock } = await startTestListener();
  const device = await addDevice("d1");
  registry.setPolicies(device.certificateId);
  await attemptConnect(target, device);
  expect(events).toEqual([
    {
      topic: "$aws/events/presence/connect_failed/d1",
      payload: {
        clientId: "d1",
        timestamp: clock.now.getTime(),
        eventType: "connect_failed",
        connectFailureReason: "AUTHORIZATION_FAILED",
        principalIdentifier: device.certificateId,
        sessionIdentifier: expect.stringMatching(/^[0-9a-f-]{36}$/),
        ipAddress: "127.0.0.1",
      },
    },
  ]);
});

test("a client without a certificate is refused", async () => {
  const { target, outcomes } = await startTestListener();
  await attemptConnect(target, undefined);
  expect(outcomes()).toEqual(["CERTIFICATE_MISSING"]);
});

test("a certificate that was registered before its CA became INACTIVE keeps working", async () => {
  const { registry, target } = await startTestListener();
  const ca = await issue("CN=Acme device CA");
  const device = await issue(subject, { issuer: ca });
  registry.addCa(ca, { status: "INACTIVE" });
  registry.store(device, "ACTIVE", ca.certificateId);
  registry.setPolicies(device.certificateId, allowEverything);
  expect((await connectMqtt(target, device)).connected).toBe(true);
});

test.for([identity.endpointAddress.toUpperCase(), "localhost"])(
  "the server name %s is taken for the endpoint's",
  async (servername) => {
    const { addDevice, target } = await startTestListener();
    const client = await connectMqtt(target, await addDevice("d1"), { servername });
    expect(client.connected).toBe(true);
  },
);

test("the report shows the client as it was seen", async () => {
  const { addDevice, target, attempts, clock } = await startTestListener();
  const device = await addDevice("d1");
  await connectMqtt(target, device, { clientId: "d1", ALPNProtocols: ["x-amzn-mqtt-ca"] });
  expect(attempts).toEqual([
    {
      at: clock.now,
      remoteAddress: "127.0.0.1",
      remotePort: expect.any(Number),
      tlsVersion: "TLSv1.3",
      cipher: expect.stringContaining("TLS_AES"),
      serverName: identity.endpointAddress,
      alpn: "x-amzn-mqtt-ca",
      chain: [{ certificateId: device.certificateId, subject: "CN=d1" }],
      clientId: "d1",
      mqttVersion: "3.1.1",
      keepAliveSeconds: 60,
      isCleanSession: true,
      sessionExpirySeconds: undefined,
      outcome: "ACCEPTED",
      sentence: "The connection was accepted.",
    },
  ]);
});
