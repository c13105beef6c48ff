import type { IConnackPacket } from "mqtt-packet";
import type { ConnectTerms } from "./connect-terms.ts";
import type { ConnectOutcome } from "./connection-attempt.ts";
import { maximumUnacknowledged } from "./session/outbox.ts";
import { maximumTopicAlias } from "./session/topic-aliases.ts";
import { maximumPacketBytes } from "./split-packets.ts";

/**
 * The answer to a client that is let in.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-properties
 */
export function toConnack(terms: ConnectTerms, sessionPresent: boolean): IConnackPacket {
  if (terms.protocolVersion === 4) return { cmd: "connack", returnCode: 0, sessionPresent };
  return {
    cmd: "connack",
    reasonCode: 0,
    sessionPresent,
    properties: {
      ...(terms.hasExpiry ? { sessionExpiryInterval: terms.expirySeconds } : {}),
      receiveMaximum: maximumUnacknowledged,
      maximumQoS: 1,
      retainAvailable: true,
      maximumPacketSize: maximumPacketBytes,
      ...(terms.isClientIdAssigned ? { assignedClientIdentifier: terms.clientId } : {}),
      topicAliasMaximum: maximumTopicAlias,
      wildcardSubscriptionAvailable: true,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionAvailable: true,
      serverKeepAlive: terms.keepAliveSeconds,
    },
  };
}

/**
 * Refusals that an MQTT 5 client is told. For all others its connection is just closed, as that of
 * a 3.1.1 client always is; what AWS IoT does to certificates that it does not take is not known.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-reason-codes
 */
const refusalCodes: Partial<Record<ConnectOutcome, number>> = {
  AUTH_UNSUPPORTED: 0x8c,
  CLIENT_ID_INVALID: 0x85,
  CONNECT_DENIED: 0x87,
  CONNECT_THROTTLED: 0x97,
  NO_POLICY: 0x87,
  WILL_DENIED: 0x87,
  WILL_QOS_2_UNSUPPORTED: 0x9b,
  WILL_UNSUPPORTED: 0x90,
};

/** The answer to a client that is refused; undefined when there is none. */
export function toRefusal(
  outcome: ConnectOutcome,
  reasonString: string,
  terms: ConnectTerms,
): IConnackPacket | undefined {
  const reasonCode = refusalCodes[outcome];
  if (terms.protocolVersion === 4 || reasonCode === undefined) return undefined;
  const properties = terms.wantsReasons ? { reasonString } : {};
  return { cmd: "connack", reasonCode, sessionPresent: false, properties };
}
