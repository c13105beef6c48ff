import type { Authorize, Principal, ResolveThing } from "./authorize.ts";
import { checkReserved, checkTopic } from "./check-topic.ts";
import type { SessionEnd } from "./session-end.ts";

/** 128 KB. https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
export const maximumPayloadBytes = 128 * 1024;

export interface PublishedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  readonly retain: boolean;
}

interface MessageRefusal {
  readonly end: SessionEnd;
  readonly detail?: string;
}

export interface CheckMessageDeps {
  readonly authorize: Authorize;
  readonly resolveThing: ResolveThing;
}

/** Tells why a connection may not publish a message; undefined when it may. */
export type CheckMessage = (
  principal: Principal,
  message: PublishedMessage,
) => MessageRefusal | undefined;

export function createCheckMessage({ authorize, resolveThing }: CheckMessageDeps): CheckMessage {
  return (principal, { topic, payload, qos, retain }) => {
    if (qos > 1) return { end: "QOS_2_UNSUPPORTED" };
    if (retain) return { end: "RETAIN_UNSUPPORTED" };
    if (payload.length > maximumPayloadBytes) return { end: "PACKET_TOO_LARGE" };
    const flaw = checkTopic(topic);
    if (flaw !== undefined) return { end: "TOPIC_INVALID", detail: `${topic} ${flaw}` };
    const reserved = checkReserved(
      topic,
      resolveThing(principal.certificateId, principal.clientId),
    );
    if (reserved !== undefined) return { end: reserved, detail: topic };
    const decision = authorize(principal, "iot:Publish", topic);
    if (decision !== "allowed") return { end: "PUBLISH_DENIED", detail: `${topic}, ${decision}` };
    return undefined;
  };
}
