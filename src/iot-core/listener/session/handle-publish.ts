import type { IPublishPacket } from "mqtt-packet";
import type { Quotas } from "../../quotas/quotas.ts";
import type { CheckMessage, MessageRefusal } from "../check-message.ts";
import type { SessionOutcome } from "../connection-attempt.ts";
import { type Message, toExpiry, toMessageProperties } from "../message.ts";
import type { RetainedStore } from "../retained-store.ts";
import type { ConnectionContext } from "./connection-context.ts";
import { createReadTopic } from "./topic-aliases.ts";

export interface PublishDeps {
  readonly checkMessage: CheckMessage;
  readonly quotas: Quotas;
  readonly retained: RetainedStore;
  readonly now: () => Date;
  readonly publish: (message: Message) => void;
}

const success = 0;
const notAuthorized = 0x87;
const quotaExceeded = 0x97;

/**
 * Builds what takes the PUBLISH packets of a connection.
 *
 * A message above a quota is discarded: the acknowledgement says so to an MQTT 5 client and does
 * not come to a 3.1.1 client. What the policies deny ends the connection, except at QoS 1 of
 * MQTT 5, whose acknowledgement can say so.
 *
 * Every packet is acknowledged before the next one is read. A client can therefore never have more
 * unacknowledged messages under way than the Receive Maximum.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-reason-codes
 */
export function createPublishHandler(
  deps: PublishDeps,
  context: ConnectionContext,
): (packet: IPublishPacket) => void {
  const { principal, terms, stream, end } = context;
  const { clientId } = principal;
  const isVersion5 = terms.protocolVersion === 5;
  const readTopic = createReadTopic();
  let reported: readonly SessionOutcome[] = [];

  const acknowledge = ({ qos, messageId = 0 }: IPublishPacket, reasonCode: number) => {
    if (qos === 1) stream.send({ cmd: "puback", messageId, reasonCode });
  };

  /** Reports it once for each connection: a flood of messages must not become one of reports. */
  const discard = (packet: IPublishPacket, outcome: SessionOutcome, topic: string) => {
    if (!reported.includes(outcome)) {
      context.onRefused(outcome, topic);
      reported = [...reported, outcome];
    }
    if (isVersion5) acknowledge(packet, quotaExceeded);
  };

  const refuse = (packet: IPublishPacket, refusal: MessageRefusal) => {
    if (!isVersion5 || packet.qos !== 1 || refusal.end !== "PUBLISH_DENIED") {
      return end(refusal.end, { detail: refusal.detail });
    }
    context.onRefused("PUBLISH_DENIED", refusal.detail);
    acknowledge(packet, notAuthorized);
  };

  const isWithinQuotas = () =>
    deps.quotas.take("PublishInPerConnection", context.sessionIdentifier) &&
    deps.quotas.take("PublishInPerAccount");

  const publish = (packet: IPublishPacket, topic: string) => {
    const { qos, retain, properties } = packet;
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
    const refusal = deps.checkMessage(principal, { topic, payload, qos, retain });
    if (refusal !== undefined) return refuse(packet, refusal);
    const message = {
      topic,
      payload,
      qos: qos === 0 ? 0 : 1,
      retain,
      properties: toMessageProperties(properties),
      expiresAt: toExpiry(properties?.messageExpiryInterval, deps.now()),
      publisherId: clientId,
    } as const;
    if (retain && !deps.retained.canKeep(message)) {
      return discard(packet, "RETAINED_LIMIT_EXCEEDED", topic);
    }
    deps.publish(message);
    acknowledge(packet, success);
  };

  return (packet) => {
    const { qos, messageId = 0, properties } = packet;
    if (qos > 0 && messageId < 1) {
      return end("PACKET_MALFORMED", { detail: "PUBLISH without a packet id" });
    }
    const read = readTopic(packet.topic, properties?.topicAlias);
    if ("fault" in read) return end(read.fault, { detail: read.detail });
    if (!isWithinQuotas()) return discard(packet, "PUBLISH_THROTTLED", read.topic);
    publish(packet, read.topic);
  };
}
