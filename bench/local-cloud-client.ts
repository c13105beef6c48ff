import { once } from "node:events";
import { connect, createSecureContext, type SecureContext, type TLSSocket } from "node:tls";
import { generate, type IPublishPacket, type Packet, parser } from "mqtt-packet";

export interface Server {
  readonly port: number;
  readonly caPem: string;
}

interface Keys {
  readonly pem: string;
  readonly privateKeyPem: string;
}

/** A device that costs the machine as little as can be. */
export interface Device {
  send(packet: Packet): void;
  onPacket: (packet: Packet) => void;
  close(): void;
}

export function createContext({ caPem }: Server, { pem, privateKeyPem }: Keys): SecureContext {
  return createSecureContext({ ca: caPem, cert: pem, key: privateKeyPem });
}

async function open(server: Server, secureContext: SecureContext): Promise<TLSSocket> {
  const { port } = server;
  const socket = connect({ host: "127.0.0.1", port, servername: "localhost", secureContext });
  socket.on("error", () => {});
  await once(socket, "secureConnect");
  return socket;
}

/** Sends CONNECT and waits until the server hangs up. */
export async function connectInVain(server: Server, context: SecureContext, clientId: string) {
  const socket = await open(server, context);
  const closed = once(socket, "close");
  socket.resume();
  socket.write(generate(toConnect(clientId)));
  await closed;
}

/** Connects a device whose certificate is accepted. */
export async function connectDevice(
  server: Server,
  context: SecureContext,
  clientId: string,
): Promise<Device> {
  const socket = await open(server, context);
  const mqtt = parser({ protocolVersion: 4 });
  const accepted = Promise.withResolvers<void>();
  const device: Device = {
    send: (packet) => void socket.write(generate(packet)),
    onPacket: () => accepted.resolve(),
    close: () => socket.destroy(),
  };
  mqtt.on("packet", (packet) => device.onPacket(packet));
  socket.on("data", (chunk) => mqtt.parse(chunk));
  socket.on("close", () => accepted.reject(new Error(`${clientId} was refused`)));
  device.send(toConnect(clientId));
  await accepted.promise;
  return device;
}

/** Sends messages to another device, a few unacknowledged at a time, until all have arrived. */
export async function sendAll(
  from: Device,
  { to, topic, messages }: { to: Device; topic: string; messages: number },
): Promise<void> {
  const window = 50;
  const packet: IPublishPacket = {
    cmd: "publish",
    topic,
    payload: Buffer.alloc(256, "x"),
    qos: 1,
    dup: false,
    retain: false,
  };
  const done = Promise.withResolvers<void>();
  let sent = 0;
  let arrived = 0;
  const send = () => {
    if (sent === messages) return;
    sent += 1;
    from.send({ ...packet, messageId: (sent % 0xffff) + 1 });
  };
  from.onPacket = send;
  to.onPacket = (received) => {
    if (received.cmd !== "publish") return;
    if (received.messageId) to.send({ cmd: "puback", messageId: received.messageId });
    arrived += 1;
    if (arrived === messages) done.resolve();
  };
  for (let index = 0; index < window; index += 1) send();
  await done.promise;
}

export async function subscribe(device: Device, topic: string): Promise<void> {
  const granted = Promise.withResolvers<void>();
  device.onPacket = () => granted.resolve();
  device.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic, qos: 1 }] });
  await granted.promise;
}

function toConnect(clientId: string): Packet {
  return {
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clean: true,
    keepalive: 1200,
    clientId,
  };
}

/** Does `work` for each item, `lanes` at a time. @returns how many a second. */
export async function perSecond<Item>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<unknown>,
): Promise<number> {
  const rest = items.values();
  const from = performance.now();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const item of rest) await work(item);
    }),
  );
  return (items.length * 1_000) / (performance.now() - from);
}
