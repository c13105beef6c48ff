import type { TLSSocket } from "node:tls";
import { generate, type IPublishPacket, type ISubscribePacket, type Packet } from "mqtt-packet";
import type { ListenerDeps } from "./listener-deps.ts";
import { type Client, readPermissions } from "./permissions.ts";
import { isTopic, isTopicFilter, matchesFilter } from "./topics.ts";

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
const maxPayloadBytes = 128 * 1024;
/** A subscriber that does not read is cut off before it fills the memory. */
const maxUnsentBytes = 4 * 1024 * 1024;
const notAllowed = 0x80;

/** One connected client. */
export interface Session {
  readonly client: Client;
  /** Hands over a message, where the client subscribed to it and may receive it. */
  deliver(message: Message): void;
  /** Takes the client's next packet; false ends the connection. */
  take(packet: Packet): boolean;
  end(): void;
}

export interface Message {
  readonly topic: string;
  readonly payload: Buffer | string;
  readonly qos: 0 | 1;
}

/**
 * Serves one connected client: MQTT 3.1.1, QoS 0 and 1, no retained messages, no stored sessions (a
 * client that asks for one is told that there is none).
 *
 * What AWS IoT would disconnect for ends the connection; what this does not support does too.
 */
export function createSession(
  deps: ListenerDeps,
  client: Client,
  socket: TLSSocket,
  route: (message: Message) => void,
): Session {
  const subscriptions = new Map<string, 0 | 1>();
  let lastMessageId = 0;
  const send = (packet: Packet): void => {
    if (socket.writableLength > maxUnsentBytes) socket.destroy();
    else if (!socket.destroyed) socket.write(generate(packet));
  };

  const publish = ({ topic, payload, qos, messageId }: IPublishPacket): boolean => {
    if (qos === 2 || Buffer.byteLength(payload) > maxPayloadBytes || !isTopic(topic)) return false;
    // Reserved topics, basic ingest and shadows are not supported, so they end loudly.
    if (topic.startsWith("$")) return false;
    if (!readPermissions(deps, client).allows("Publish", `topic/${topic}`)) return false;
    if (messageId !== undefined && qos === 1) send({ cmd: "puback", messageId });
    route({ topic, payload, qos });
    return true;
  };

  const subscribe = ({ subscriptions: wanted, messageId = 0 }: ISubscribePacket): void => {
    const permissions = readPermissions(deps, client);
    const granted = wanted.map(({ topic, qos }) => {
      if (!isTopicFilter(topic) || !permissions.allows("Subscribe", `topicfilter/${topic}`)) {
        return notAllowed;
      }
      const level = qos === 0 ? 0 : 1;
      subscriptions.set(topic, level);
      return level;
    });
    send({ cmd: "suback", messageId, granted });
  };

  return {
    client,
    end: () => socket.destroy(),
    deliver: ({ topic, payload, qos }) => {
      const levels = [...subscriptions].flatMap(([filter, level]) =>
        matchesFilter(filter, topic) ? [level] : [],
      );
      if (levels.length === 0) return;
      if (!readPermissions(deps, client).allows("Receive", `topic/${topic}`)) return;
      const level = qos === 1 && levels.includes(1) ? 1 : 0;
      lastMessageId = (lastMessageId % 0xffff) + 1;
      send({
        cmd: "publish",
        topic,
        payload,
        qos: level,
        dup: false,
        retain: false,
        ...(level === 1 && { messageId: lastMessageId }),
      });
    },
    take: (packet) => {
      switch (packet.cmd) {
        case "publish":
          return publish(packet);
        case "subscribe":
          subscribe(packet);
          return true;
        case "unsubscribe":
          for (const filter of packet.unsubscriptions) subscriptions.delete(filter);
          send({ cmd: "unsuback", messageId: packet.messageId ?? 0, granted: [] });
          return true;
        case "pingreq":
          send({ cmd: "pingresp" });
          return true;
        case "puback":
          return true;
        default:
          return false;
      }
    },
  };
}
