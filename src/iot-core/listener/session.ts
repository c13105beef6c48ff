import type { IPublishPacket, ISubscribePacket, IUnsubscribePacket, Packet } from "mqtt-packet";
import type { Authorize, ResolveThing } from "./authorize.ts";
import type { CheckMessage, PublishedMessage } from "./check-message.ts";
import { checkReserved, checkTopicFilter } from "./check-topic.ts";
import type { Admission } from "./judge-connect.ts";
import type { PacketStream } from "./packet-stream.ts";
import type { SessionEnd } from "./session-end.ts";
import type { GrantedQos, SubscriptionTree } from "./subscription-tree.ts";

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
const maximumFiltersPerPacket = 8;
const maximumSubscriptions = 50;
const subscriptionRefused = 0x80;

export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: GrantedQos;
}

/** An accepted connection. */
export interface Session {
  readonly clientId: string;
  readonly certificateId: string;
  handle(packet: Packet): void;
  /** Sends a message if the policies allow its receipt. */
  deliver(message: Message, granted: GrantedQos): void;
  /** Ends the session and closes its connection; does nothing the second time. */
  end(cause: SessionEnd, detail?: string): void;
}

export interface SessionDeps {
  readonly authorize: Authorize;
  readonly checkMessage: CheckMessage;
  readonly resolveThing: ResolveThing;
  readonly subscriptions: SubscriptionTree<Session>;
  readonly publish: (message: Message) => void;
}

export interface SessionInput {
  readonly admission: Admission;
  readonly keepAliveSeconds: number;
  readonly stream: PacketStream;
  readonly onSubscriptionRefused: (detail: string) => void;
  readonly onEnd: (session: Session, cause: SessionEnd, detail?: string) => void;
}

/**
 * Starts the session of a connection that was admitted. Every session is a clean one: what was
 * subscribed to is gone when it ends.
 */
export function createSession(deps: SessionDeps, input: SessionInput): Session {
  const { stream, admission } = input;
  const { principal, will } = admission;
  const filters = new Set<string>();
  let isEnded = false;
  let lastMessageId = 0;

  const publish = (packet: IPublishPacket) => {
    const { topic, qos, retain, messageId } = packet;
    const payload = Buffer.from(packet.payload);
    if (qos === 1 && !messageId) return end("PACKET_MALFORMED", "PUBLISH without a packet id");
    const refusal = deps.checkMessage(principal, { topic, payload, qos, retain });
    if (refusal !== undefined) return end(refusal.end, refusal.detail);
    deps.publish({ topic, payload, qos: qos === 0 ? 0 : 1 });
    if (qos === 1) stream.send({ cmd: "puback", messageId: messageId ?? 0 });
  };

  const refusalOf = (filter: string): string | undefined => {
    const thingName = deps.resolveThing(principal.certificateId, principal.clientId);
    const reserved = checkReserved(filter, thingName);
    if (reserved !== undefined) return reserved;
    if (!filters.has(filter) && filters.size >= maximumSubscriptions) {
      return `more than ${maximumSubscriptions} subscriptions`;
    }
    const decision = deps.authorize(principal, "iot:Subscribe", filter);
    return decision === "allowed" ? undefined : decision;
  };

  const subscribeTo = (filter: string, qos: GrantedQos) => {
    const refusal = refusalOf(filter);
    if (refusal !== undefined) {
      input.onSubscriptionRefused(`${filter}, ${refusal}`);
      return subscriptionRefused;
    }
    filters.add(filter);
    deps.subscriptions.add(filter, session, qos);
    return qos;
  };

  const subscribe = ({ messageId, subscriptions }: ISubscribePacket) => {
    if (!messageId || subscriptions.length === 0) return end("PACKET_MALFORMED", "empty SUBSCRIBE");
    if (subscriptions.length > maximumFiltersPerPacket) return end("TOO_MANY_FILTERS");
    if (subscriptions.some(({ qos }) => qos > 1)) return end("QOS_2_UNSUPPORTED");
    for (const { topic } of subscriptions) {
      const flaw = checkTopicFilter(topic);
      if (flaw !== undefined) return end("TOPIC_INVALID", `${topic} ${flaw}`);
    }
    const granted = subscriptions.map(({ topic, qos }) => subscribeTo(topic, qos === 0 ? 0 : 1));
    stream.send({ cmd: "suback", messageId, granted });
  };

  const unsubscribe = ({ messageId, unsubscriptions }: IUnsubscribePacket) => {
    if (!messageId) return end("PACKET_MALFORMED", "UNSUBSCRIBE without a packet id");
    for (const filter of unsubscriptions) {
      filters.delete(filter);
      deps.subscriptions.remove(filter, session);
    }
    stream.send({ cmd: "unsuback", messageId, granted: [] });
  };

  const handle = (packet: Packet) => {
    keepAlive.refresh();
    switch (packet.cmd) {
      case "publish":
        return publish(packet);
      case "subscribe":
        return subscribe(packet);
      case "unsubscribe":
        return unsubscribe(packet);
      case "pingreq":
        return stream.send({ cmd: "pingresp" });
      case "puback":
        return;
      case "disconnect":
        return end("CLIENT_DISCONNECTED");
      default:
        return end("PACKET_UNEXPECTED", packet.cmd);
    }
  };

  const deliver = ({ topic, payload, qos }: Message, granted: GrantedQos) => {
    if (deps.authorize(principal, "iot:Receive", topic) !== "allowed") return;
    const packet = { cmd: "publish", topic, payload, dup: false, retain: false } as const;
    if (qos === 0 || granted === 0) return stream.send({ ...packet, qos: 0 });
    lastMessageId = (lastMessageId % 0xffff) + 1;
    stream.send({ ...packet, qos: 1, messageId: lastMessageId });
  };

  const end = (cause: SessionEnd, detail?: string) => {
    if (isEnded) return;
    isEnded = true;
    clearTimeout(keepAlive);
    for (const filter of filters) deps.subscriptions.remove(filter, session);
    stream.close();
    input.onEnd(session, cause, detail);
    if (cause !== "CLIENT_DISCONNECTED" && cause !== "LISTENER_CLOSED") publishWill(will);
  };

  const publishWill = (message: PublishedMessage | undefined) => {
    if (message !== undefined) deps.publish({ ...message, qos: message.qos === 0 ? 0 : 1 });
  };

  const keepAlive = setTimeout(
    () => end("KEEP_ALIVE_EXPIRED"),
    input.keepAliveSeconds * 1500, // one and a half times, in milliseconds
  );
  const { clientId, certificateId } = principal;
  const session: Session = { clientId, certificateId, handle, deliver, end };
  return session;
}
