import type { IConnectPacket, IPublishPacket, Packet } from "mqtt-packet";
import { equal } from "../expect.ts";
import type { Link, MqttVersion, PacketOf } from "./open-link.ts";

/** What a case says of a CONNECT; all else is usual. */
export type ConnectChanges = Omit<Partial<IConnectPacket>, "cmd" | "protocolVersion">;

export function toConnectPacket(
  clientId: string,
  version: MqttVersion,
  changes: ConnectChanges = {},
): IConnectPacket {
  return {
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: version,
    clean: true,
    keepalive: 60,
    clientId,
    ...changes,
  };
}

/** A connection that was accepted. */
export interface Session extends Link {
  readonly clientId: string;
  readonly version: MqttVersion;
  readonly connack: PacketOf<"connack">;
  /** Resolves with the codes of the SUBACK. */
  subscribe(
    filters: string | readonly string[],
    options?: SubscribeOptions,
  ): Promise<readonly number[]>;
  unsubscribe(filter: string): Promise<PacketOf<"unsuback">>;
  /** Sends with QoS 1, unless changed, and does not wait. */
  post(topic: string, changes?: PublishChanges): void;
  /** Sends with QoS 1 and resolves with the PUBACK. */
  publish(topic: string, changes?: PublishChanges): Promise<PacketOf<"puback">>;
  /** Takes the next message of a topic, and acknowledges it. */
  message(topic: string): Promise<Message>;
  /** Sends DISCONNECT and waits for the end. */
  disconnect(properties?: PacketOf<"disconnect">["properties"]): Promise<void>;
}

interface SubscribeOptions {
  readonly qos?: 0 | 1;
  readonly properties?: PacketOf<"subscribe">["properties"];
  readonly nl?: boolean;
  readonly rap?: boolean;
  readonly rh?: number;
}

type PublishChanges = Omit<Partial<IPublishPacket>, "cmd" | "topic">;

interface Message {
  readonly packet: PacketOf<"publish">;
  readonly text: string;
  /** The payload as JSON. */
  readonly json: () => Readonly<Record<string, unknown>>;
}

/** Gives an accepted connection what a client does with it. */
export function createSession(
  link: Link,
  { clientId, version, connack }: Pick<Session, "clientId" | "version" | "connack">,
): Session {
  let lastMessageId = 0;
  const nextMessageId = () => {
    lastMessageId += 1;
    return lastMessageId;
  };

  const post = (topic: string, changes: PublishChanges = {}) => {
    const qos = changes.qos ?? 1;
    const messageId = qos === 0 ? {} : { messageId: nextMessageId() };
    const packet = { payload: "hello", qos, dup: false, retain: false, ...messageId, ...changes };
    link.send({ cmd: "publish", topic, ...packet } as Packet);
    return lastMessageId;
  };

  return {
    ...link,
    clientId,
    version,
    connack,
    post,
    subscribe: async (filters, { qos = 1, properties, ...options } = {}) => {
      const messageId = nextMessageId();
      const subscriptions = [filters].flat().map((topic) => ({ topic, qos, ...options }));
      link.send({ cmd: "subscribe", messageId, subscriptions, ...(properties && { properties }) });
      const { granted } = await link.receive("suback", (packet) => packet.messageId === messageId);
      return granted as readonly number[];
    },
    unsubscribe: (filter) => {
      const messageId = nextMessageId();
      link.send({ cmd: "unsubscribe", messageId, unsubscriptions: [filter] });
      return link.receive("unsuback", (packet) => packet.messageId === messageId);
    },
    publish: (topic, changes) => {
      const messageId = post(topic, changes);
      return link.receive("puback", (packet) => packet.messageId === messageId);
    },
    message: async (topic) => {
      const packet = await link.receive("publish", (each) => each.topic === topic);
      if (packet.qos === 1 && packet.messageId !== undefined) {
        link.send({ cmd: "puback", messageId: packet.messageId });
      }
      const text = packet.payload.toString();
      return { packet, text, json: () => JSON.parse(text) };
    },
    disconnect: async (properties) => {
      link.send({ cmd: "disconnect", ...(properties && { properties }) } as Packet);
      await link.closed();
    },
  };
}

/** Checks that nothing was published to a session, once time has passed for it. */
export function checkNoMessage(session: Link): void {
  const topics = session.waiting.flatMap((packet) =>
    packet.cmd === "publish" ? packet.topic : [],
  );
  equal(topics, [], "messages");
}
