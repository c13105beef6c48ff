import type { UnsupportedTopic } from "./check-topic.ts";

/** Why a connection ended. */
export type SessionEnd =
  | "API_DISCONNECTED"
  | "AUTH_UNSUPPORTED"
  | "CERTIFICATE_DEACTIVATED"
  | "CLIENT_DISCONNECTED"
  | "CONNECTION_LOST"
  | "CONNECTION_TAKEN_OVER"
  | "KEEP_ALIVE_EXPIRED"
  | "LISTENER_CLOSED"
  | "PACKET_MALFORMED"
  | "PACKET_TOO_LARGE"
  | "PACKET_UNEXPECTED"
  | "PROTOCOL_ERROR"
  | "PUBLISH_DENIED"
  | "QOS_2_UNSUPPORTED"
  | "RECEIVER_TOO_SLOW"
  | "SERVER_ERROR"
  | "SUBSCRIPTION_ID_UNSUPPORTED"
  | "TOO_MANY_FILTERS"
  | "TOPIC_ALIAS_INVALID"
  | "TOPIC_FILTER_INVALID"
  | "TOPIC_INVALID"
  | UnsupportedTopic;

/** https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html */
export type DisconnectReason =
  | "API_INITIATED_DISCONNECT"
  | "AUTH_ERROR"
  | "CLIENT_ERROR"
  | "CLIENT_INITIATED_DISCONNECT"
  | "CONNECTION_LOST"
  | "DUPLICATE_CLIENTID"
  | "MQTT_KEEP_ALIVE_TIMEOUT"
  | "SERVER_ERROR"
  | "SERVER_INITIATED_DISCONNECT"
  | "THROTTLED";

interface EndMeaning {
  /** Of the presence event. */
  readonly reason: DisconnectReason;
  /** Of the DISCONNECT packet to an MQTT 5 client; none is sent without. */
  readonly code?: number;
}

const clientError = (code: number): EndMeaning => ({ reason: "CLIENT_ERROR", code });
const unsupportedTopic = clientError(0x90);

/**
 * What each end means to others.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-reason-codes
 */
export const endMeanings = {
  API_DISCONNECTED: { reason: "API_INITIATED_DISCONNECT", code: 0x98 },
  AUTH_UNSUPPORTED: clientError(0x82),
  CERTIFICATE_DEACTIVATED: { reason: "AUTH_ERROR", code: 0x87 },
  CLIENT_DISCONNECTED: { reason: "CLIENT_INITIATED_DISCONNECT" },
  CONNECTION_LOST: { reason: "CONNECTION_LOST" },
  CONNECTION_TAKEN_OVER: { reason: "DUPLICATE_CLIENTID", code: 0x8e },
  KEEP_ALIVE_EXPIRED: { reason: "MQTT_KEEP_ALIVE_TIMEOUT", code: 0x8d },
  LISTENER_CLOSED: { reason: "SERVER_INITIATED_DISCONNECT", code: 0x8b },
  PACKET_MALFORMED: clientError(0x81),
  PACKET_TOO_LARGE: clientError(0x95),
  PACKET_UNEXPECTED: clientError(0x82),
  PROTOCOL_ERROR: clientError(0x82),
  PUBLISH_DENIED: { reason: "AUTH_ERROR", code: 0x87 },
  QOS_2_UNSUPPORTED: clientError(0x9b),
  RECEIVER_TOO_SLOW: { reason: "THROTTLED", code: 0x97 },
  SERVER_ERROR: { reason: "SERVER_ERROR", code: 0x80 },
  SUBSCRIPTION_ID_UNSUPPORTED: clientError(0xa1),
  TOO_MANY_FILTERS: clientError(0x97),
  TOPIC_ALIAS_INVALID: clientError(0x94),
  TOPIC_FILTER_INVALID: clientError(0x8f),
  TOPIC_INVALID: clientError(0x90),
  BASIC_INGEST_UNSUPPORTED: unsupportedTopic,
  COMMANDS_UNSUPPORTED: unsupportedTopic,
  DEVICE_DEFENDER_UNSUPPORTED: unsupportedTopic,
  DEVICE_LOCATION_UNSUPPORTED: unsupportedTopic,
  FLEET_PROVISIONING_UNSUPPORTED: unsupportedTopic,
  JOBS_UNSUPPORTED: unsupportedTopic,
  RESERVED_TOPIC: unsupportedTopic,
  SECURE_TUNNELING_UNSUPPORTED: unsupportedTopic,
  SHADOW_UNSUPPORTED: unsupportedTopic,
  SITEWISE_UNSUPPORTED: unsupportedTopic,
  STREAMS_UNSUPPORTED: unsupportedTopic,
} as const satisfies Record<SessionEnd, EndMeaning>;
