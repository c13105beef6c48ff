import type { IPublishPacket } from "mqtt-packet";
import { isExpired, type Message, toBytes, toPublishProperties } from "../message.ts";
import type { QueuedEntry } from "../message-queues.ts";
import type { PacketStream } from "../packet-stream.ts";
import type { SharedGroup } from "../shared-groups.ts";
import { createOutboundAliases } from "./topic-aliases.ts";

/** One message for one client. */
export interface Delivery {
  readonly message: Message;
  readonly qos: 0 | 1;
  /** The flag of the packet. */
  readonly retain: boolean;
  /** Of a message that comes from a queue: its owner and place. */
  readonly queued?: { readonly owner: string; readonly entry: QueuedEntry };
  /** The shared subscription that it was taken from. */
  readonly group?: SharedGroup | undefined;
}

/** Sends messages to one client, no more at a time than it can take. */
export interface Outbox {
  /** False when too many wait already; the message is then dropped. */
  send(delivery: Delivery): boolean;
  acknowledge(messageId: number): void;
  /** How many QoS 1 messages can be sent at once. */
  room(): number;
  /** QoS 1 messages without an acknowledgement, in the order they were sent or were to be. */
  unacknowledged(): readonly Delivery[];
}

interface OutboxDeps {
  readonly stream: PacketStream;
  readonly now: () => Date;
  readonly protocolVersion: 4 | 5;
  /** Of the client: unacknowledged messages and topic aliases it takes. */
  readonly receiveMaximum: number;
  readonly topicAliasMaximum: number;
  /** Called when a message needs no more care: it was acknowledged, or has expired. */
  readonly onDone: (delivery: Delivery) => void;
}

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
export const maximumUnacknowledged = 100;
/** AWS tells no limit; both bound the memory of a connection. */
const maximumWaiting = 1000;
const maximumWaitingBytes = 1024 * 1024;

export function createOutbox(deps: OutboxDeps): Outbox {
  const { stream, now, protocolVersion, onDone } = deps;
  const window = Math.min(deps.receiveMaximum, maximumUnacknowledged);
  const aliases = createOutboundAliases(deps.topicAliasMaximum);
  const sent = new Map<number, Delivery>();
  const waiting: Delivery[] = [];
  let waitingBytes = 0;
  let lastMessageId = 0;

  const nextMessageId = (): number => {
    do lastMessageId = (lastMessageId % 0xffff) + 1;
    while (sent.has(lastMessageId));
    return lastMessageId;
  };

  /** False when the packet is larger than the client takes. */
  const write = ({ message, retain }: Delivery, messageId?: number): boolean => {
    const { topic, payload } = message;
    const packet: IPublishPacket = { cmd: "publish", topic, payload, dup: false, retain, qos: 0 };
    if (messageId !== undefined) {
      packet.qos = 1;
      packet.messageId = messageId;
    }
    if (protocolVersion === 4) return stream.send(packet);
    const written = aliases.write(topic);
    packet.topic = written.topic;
    packet.properties = toPublishProperties(message, now());
    if (written.topicAlias !== undefined) packet.properties.topicAlias = written.topicAlias;
    const isSent = stream.send(packet);
    if (!isSent && written.topic !== "") aliases.forget(topic);
    return isSent;
  };

  const sendNow = (delivery: Delivery) => {
    const messageId = nextMessageId();
    // First, for sending may end the connection.
    sent.set(messageId, delivery);
    if (write(delivery, messageId)) return;
    // A client that cannot take so large a packet is done with it (MQTT 5 section 3.1.2.11.4).
    sent.delete(messageId);
    onDone(delivery);
  };

  const sendWaiting = () => {
    while (sent.size < window) {
      const next = waiting.shift();
      if (next === undefined) return;
      waitingBytes -= toBytes(next.message);
      if (isExpired(next.message, now())) onDone(next);
      else sendNow(next);
    }
  };

  return {
    send: (delivery) => {
      if (delivery.qos === 0) {
        write(delivery);
        return true;
      }
      if (sent.size < window) {
        sendNow(delivery);
        return true;
      }
      const { message } = delivery;
      const bytes = waitingBytes + toBytes(message);
      if (waiting.length >= maximumWaiting || bytes > maximumWaitingBytes) return false;
      waitingBytes = bytes;
      // The payload may be a piece of a much larger buffer of the socket's.
      waiting.push({ ...delivery, message: { ...message, payload: Buffer.from(message.payload) } });
      return true;
    },
    acknowledge: (messageId) => {
      const delivery = sent.get(messageId);
      if (delivery === undefined) return;
      sent.delete(messageId);
      onDone(delivery);
      if (waiting.length > 0) sendWaiting();
    },
    room: () => window - sent.size,
    unacknowledged: () => [...sent.values(), ...waiting],
  };
}
