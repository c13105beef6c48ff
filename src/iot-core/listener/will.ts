import type { IConnectPacket } from "mqtt-packet";
import { type Message, type MessageProperties, toExpiry, toMessageProperties } from "./message.ts";

/** What a client wants to be published when its connection ends without its doing. */
export interface Will {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  readonly retain: boolean;
  readonly properties: MessageProperties | undefined;
  /** Counts from its publication. */
  readonly expirySeconds: number | undefined;
}

/** AWS does not list the Will Delay Interval of MQTT 5 as supported: it is ignored here. */
export function toWill(will: IConnectPacket["will"]): Will | undefined {
  return (
    will && {
      topic: will.topic,
      payload: Buffer.from(will.payload),
      qos: will.qos ?? 0,
      retain: will.retain ?? false,
      properties: toMessageProperties(will.properties),
      expirySeconds: will.properties?.messageExpiryInterval,
    }
  );
}

export function toWillMessage(will: Will, publisherId: string, now: Date): Message {
  const { topic, payload, qos, retain, properties, expirySeconds } = will;
  return {
    topic,
    payload,
    qos: qos === 0 ? 0 : 1,
    retain,
    properties,
    expiresAt: toExpiry(expirySeconds, now),
    publisherId,
  };
}
