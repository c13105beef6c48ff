import type { ResolveThing } from "../policy/resolve-thing.ts";
import type { FindDenial, Principal } from "./authorize.ts";
import { checkReserved, checkTopic } from "./check-topic.ts";
import type { SessionEnd } from "./session-end.ts";

/** 128 KB. https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
const maximumPayloadBytes = 128 * 1024;

interface CheckedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  readonly retain: boolean;
}

export interface MessageRefusal {
  readonly end: SessionEnd;
  readonly detail?: string;
}

export interface CheckMessageDeps {
  readonly findDenial: FindDenial;
  readonly resolveThing: ResolveThing;
}

/** Tells why a connection may not publish a message; undefined when it may. */
export type CheckMessage = (
  principal: Principal,
  message: CheckedMessage,
) => MessageRefusal | undefined;

export function createCheckMessage({ findDenial, resolveThing }: CheckMessageDeps): CheckMessage {
  const checkReservedTopic = ({ certificateId, clientId }: Principal, topic: string) =>
    topic.startsWith("$")
      ? checkReserved(topic, "publish", resolveThing(certificateId, clientId))
      : undefined;

  /** A message to be retained needs `iot:RetainPublish` besides. */
  const checkPolicy = (
    principal: Principal,
    { topic, retain }: CheckedMessage,
  ): MessageRefusal | undefined => {
    const actions = retain ? (["iot:Publish", "iot:RetainPublish"] as const) : publishOnly;
    for (const action of actions) {
      const denial = findDenial(principal, action, topic);
      if (denial !== undefined) return { end: "PUBLISH_DENIED", detail: denial };
    }
    return undefined;
  };

  return (principal, message) => {
    const { topic, payload, qos, retain } = message;
    if (qos > 1) return { end: "QOS_2_UNSUPPORTED" };
    if (payload.length > maximumPayloadBytes) return { end: "PACKET_TOO_LARGE" };
    const flaw = checkTopic(topic);
    if (flaw !== undefined) return { end: "TOPIC_INVALID", detail: `${topic} ${flaw}` };
    const reserved = checkReservedTopic(principal, topic);
    if (reserved !== undefined) return { end: reserved, detail: topic };
    if (retain && topic.startsWith("$")) {
      return { end: "TOPIC_INVALID", detail: `${topic} is reserved and cannot be retained` };
    }
    return checkPolicy(principal, message);
  };
}

const publishOnly = ["iot:Publish"] as const;
