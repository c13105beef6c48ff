import "reflect-metadata";
import {
  createHash,
  generateKeyPairSync,
  type KeyPairKeyObjectResult,
  randomBytes,
} from "node:crypto";
import { once } from "node:events";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { PublicKey, X509CertificateGenerator } from "@peculiar/x509";
import { connect, type IClientOptions, type MqttClient } from "mqtt";
import {
  generate,
  type IConnackPacket,
  type IConnectPacket,
  type Packet,
  parser,
} from "mqtt-packet";
import { onTestFinished } from "vitest";
import type { ConnectionAttempt } from "../../../src/iot-core/listener/connection-attempt.ts";
import { createServerIdentity } from "../../../src/iot-core/listener/create-server-identity.ts";
import type { ListenerDeps } from "../../../src/iot-core/listener/listener-deps.ts";
import { startListener } from "../../../src/iot-core/listener/start-listener.ts";
import type { ReservedEvent } from "../../../src/iot-core/model.ts";
import { createMemoryRegistry } from "./memory-registry.ts";

export const identity = {
  accountId: "123456789012",
  region: "eu-central-1",
  endpointAddress: "a1b2c3-ats.iot.eu-central-1.amazonaws.com",
};
export const arn = (resource: string) => `arn:aws:iot:eu-central-1:123456789012:${resource}`;
/** Within the validity of what `issue` makes by default. */
export const startOfTest = new Date("2026-06-01T12:00:00Z");

export type KeyKind = "ec" | "rsa";

export interface Issued {
  readonly subject: string;
  readonly keys: KeyPairKeyObjectResult;
  readonly pem: string;
  readonly keyPem: string;
  readonly certificateId: string;
}

interface IssueOptions {
  /** Self-signed without. */
  readonly issuer?: Issued;
  readonly key?: KeyKind | KeyPairKeyObjectResult;
  readonly hash?: "SHA-1" | "SHA-256";
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

function createKeys(kind: KeyKind): KeyPairKeyObjectResult {
  return kind === "ec"
    ? generateKeyPairSync("ec", { namedCurve: "P-256" })
    : generateKeyPairSync("rsa", { modulusLength: 2048 });
}

/** Makes a certificate; `subject` as `CN=d1,O=Acme`. */
export async function issue(subject: string, options: IssueOptions = {}): Promise<Issued> {
  const { issuer, key = "ec", hash = "SHA-256" } = options;
  const keys = typeof key === "string" ? createKeys(key) : key;
  const signer = issuer?.keys ?? keys;
  const signingAlgorithm =
    signer.privateKey.asymmetricKeyType === "rsa"
      ? { name: "RSASSA-PKCS1-v1_5", hash }
      : { name: "ECDSA", namedCurve: "P-256", hash };
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer: issuer?.subject ?? subject,
    serialNumber: `01${randomBytes(8).toString("hex")}`,
    notBefore: options.notBefore ?? new Date("2020-01-01T00:00:00Z"),
    notAfter: options.notAfter ?? new Date("2049-12-31T23:59:59Z"),
    publicKey: new PublicKey(keys.publicKey.export({ type: "spki", format: "der" })),
    signingKey: signer.privateKey.toCryptoKey(signingAlgorithm, true, ["sign"]),
    signingAlgorithm,
  });
  return {
    subject,
    keys,
    pem: `${certificate.toString("pem")}\n`,
    keyPem: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificateId: createHash("sha256").update(Buffer.from(certificate.rawData)).digest("hex"),
  };
}

export const allowEverything = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }],
};

/** A running listener over an empty registry, with what it published and reported. */
export async function startTestListener({
  stateFile,
  ...options
}: Partial<ListenerDeps> & { stateFile?: string } = {}) {
  const server = await createServerIdentity([identity.endpointAddress, "localhost", "127.0.0.1"]);
  const registry = createMemoryRegistry(stateFile);
  const events: ReservedEvent[] = [];
  const attempts: ConnectionAttempt[] = [];
  const clock = { now: startOfTest };
  const listener = await startListener({
    identity,
    port: 0,
    server,
    ...registry.deps,
    publishEvent: (event) => {
      events.push(event);
    },
    report: (attempt) => attempts.push(attempt),
    now: () => clock.now,
    ...options,
  });
  const close = async () => {
    await listener.close();
    registry.close();
  };
  onTestFinished(close);
  const publish = (topic: string, payload: string | Buffer, qos: 0 | 1 = 1) =>
    listener.connections.publish({ topic, payload: Buffer.from(payload), qos });

  /** A certificate of a registered CA that may do everything. */
  const addDevice = async (name: string, key?: KeyKind): Promise<Issued> => {
    const device = await issue(`CN=${name}`, key === undefined ? {} : { key });
    registry.store(device, "ACTIVE");
    registry.setPolicies(device.certificateId, allowEverything);
    return device;
  };
  const outcomes = () => attempts.map(({ outcome }) => outcome);
  const target = { port: listener.port, caPem: server.caPem };
  return {
    listener,
    registry,
    events,
    attempts,
    outcomes,
    clock,
    server,
    target,
    addDevice,
    publish,
    close,
  };
}

export interface Target {
  readonly port: number;
  readonly caPem: string;
}

/** Connects with mqtt.js; rejects when the connection closes without CONNACK. */
export async function connectMqtt(
  { port, caPem }: Target,
  device: Issued,
  options: IClientOptions = {},
): Promise<MqttClient> {
  const client = connect({
    protocol: "mqtts",
    host: "127.0.0.1",
    port,
    servername: identity.endpointAddress,
    ca: caPem,
    key: device.keyPem,
    cert: device.pem,
    protocolVersion: 4,
    reconnectPeriod: 0,
    ...options,
  });
  // A connection that breaks also closes, and that is what counts.
  client.on("error", () => {});
  onTestFinished(() => {
    client.end(true);
  });
  await new Promise<void>((resolve, reject) => {
    client.once("connect", () => resolve());
    client.once("close", () => reject(new Error("closed without CONNACK")));
  });
  return client;
}

/** A TLS connection whose bytes the test writes itself. */
export interface RawConnection {
  readonly socket: TLSSocket;
  readonly packets: readonly Packet[];
  readonly send: (packet: Packet) => void;
  /** Resolves when a packet of this kind has come. */
  readonly receive: (cmd: Packet["cmd"]) => Promise<Packet>;
  readonly closed: Promise<void>;
}

export interface RawOptions extends ConnectionOptions {
  /** 4, which is MQTT 3.1.1, by default. */
  readonly protocolVersion?: 4 | 5;
}

export async function connectRaw(
  { port, caPem }: Target,
  device: Pick<Issued, "keyPem" | "pem"> | undefined,
  { protocolVersion = 4, ...options }: RawOptions = {},
): Promise<RawConnection> {
  const socket = connectTls({
    host: "127.0.0.1",
    port,
    servername: identity.endpointAddress,
    checkServerIdentity: () => undefined,
    ca: caPem,
    key: device?.keyPem,
    cert: device?.pem,
    ...options,
  });
  onTestFinished(() => {
    socket.destroy();
  });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await once(socket, "secureConnect");
  // A reset instead of a clean end is a close like any other.
  socket.on("error", () => {});

  const packets: Packet[] = [];
  const mqtt = parser({ protocolVersion });
  mqtt.on("packet", (packet) => packets.push(packet));
  socket.on("data", (chunk) => mqtt.parse(chunk));
  return {
    socket,
    packets,
    send: (packet) => socket.write(generate(packet, { protocolVersion })),
    receive: (cmd) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = packets.find((packet) => packet.cmd === cmd);
          if (found === undefined) return;
          mqtt.off("packet", look);
          resolve(found);
        };
        mqtt.on("packet", look);
        socket.once("close", () => reject(new Error(`closed before ${cmd}`)));
        look();
      }),
    closed,
  };
}

export function connectPacket(clientId: string, changes: Partial<IConnectPacket> = {}) {
  return {
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    clientId,
    ...changes,
  } satisfies IConnectPacket;
}

/** Connects and sends CONNECT; resolves when the listener has closed the connection. */
export async function attemptConnect(
  target: Target,
  device: Pick<Issued, "keyPem" | "pem"> | undefined,
  options: RawOptions & { packet?: IConnectPacket } = {},
): Promise<RawConnection> {
  const { packet = connectPacket("d1"), ...tls } = options;
  const connection = await connectRaw(target, device, tls);
  connection.send(packet);
  await connection.closed;
  return connection;
}

/** Connects an MQTT client and collects what it receives, as `topic qos payload`. */
export async function connectReceiver(target: Target, device: Issued, clientId: string) {
  const client = await connectMqtt(target, device, { clientId });
  const received: string[] = [];
  client.on("message", (topic, payload, { qos }) =>
    received.push(`${topic} ${qos} ${payload.toString()}`),
  );
  return { client, received };
}

/** A raw connection that was accepted. */
export async function openSession(
  target: Target,
  device: Issued,
  clientId: string,
  changes: Partial<IConnectPacket> = {},
) {
  const { protocolVersion = 4 } = changes;
  const connection = await connectRaw(target, device, {
    protocolVersion: protocolVersion === 5 ? 5 : 4,
  });
  connection.send(connectPacket(clientId, changes));
  const connack = (await connection.receive("connack")) as IConnackPacket;
  const published = () =>
    connection.packets.flatMap((packet) => (packet.cmd === "publish" ? [packet] : []));
  return { ...connection, connack, published };
}

export const publish = (topic: string, changes: Partial<Packet> & { payload?: Buffer } = {}) =>
  ({
    cmd: "publish",
    topic,
    payload: "hello",
    qos: 1,
    messageId: 7,
    dup: false,
    retain: false,
    ...changes,
  }) as Packet;
export const subscribe = (...topics: readonly string[]): Packet => ({
  cmd: "subscribe",
  messageId: 9,
  subscriptions: topics.map((topic) => ({ topic, qos: 1 })),
});
