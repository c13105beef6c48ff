import type { ConnectOutcome, SessionOutcome } from "./connection-attempt.ts";

const sentences = {
  ACCEPTED: "The connection was accepted",
  AUTO_REGISTRATION_DISABLED:
    "The certificate is unknown, and its CA does not register certificates at connect",
  CA_INACTIVE: "The certificate is unknown, and its CA is INACTIVE",
  CERTIFICATE_DEACTIVATED: "The certificate is no longer ACTIVE",
  CERTIFICATE_EXPIRED: "The certificate has expired",
  CERTIFICATE_INACTIVE: "The certificate is INACTIVE",
  CERTIFICATE_MISSING: "The client sent no certificate",
  CERTIFICATE_NOT_ACCEPTED: "AWS IoT does not accept such a certificate",
  CERTIFICATE_NOT_YET_VALID: "The certificate is not valid yet",
  CERTIFICATE_REVOKED: "The certificate is REVOKED",
  CLIENT_ID_INVALID: "The client id must have 1 to 128 bytes and not begin with $",
  CLOSED_BEFORE_CONNECT: "The client closed the connection before it sent CONNECT",
  CONNECT_DENIED: "The policies do not allow iot:Connect",
  CONNECT_EXPECTED: "The first packet was not CONNECT",
  CONNECT_TIMEOUT: "No CONNECT packet came in time",
  CONNECTION_TAKEN_OVER: "A newer connection has the same client id",
  ISSUER_NOT_REGISTERED: "The certificate is unknown, and no CA of its issuer's name is registered",
  ISSUER_SIGNATURE_INVALID:
    "The certificate is unknown, and no registered CA of its issuer's name signed it",
  KEEP_ALIVE_EXPIRED: "The client was silent for one and a half times its keep-alive",
  MQTT_VERSION_UNSUPPORTED: "This stand-in speaks MQTT 3.1.1 only",
  NO_POLICY: "The certificate has no policy",
  PACKET_MALFORMED: "The client sent something that is not MQTT",
  PACKET_TOO_LARGE: "The client sent a packet above 128 KiB",
  PACKET_UNEXPECTED: "The client sent a packet that may not come here",
  PENDING_ACTIVATION: "The certificate still waits for its activation",
  PUBLISH_DENIED: "The policies do not allow iot:Publish",
  QOS_2_UNSUPPORTED: "AWS IoT does not support QoS 2",
  RECEIVER_TOO_SLOW: "The client does not read what it is sent",
  REGISTERED: "The certificate was unknown and is now registered as PENDING_ACTIVATION",
  RESERVED_TOPIC: "Of the topics under $, only $aws/things/<own thing>/ is served here",
  RETAIN_UNSUPPORTED: "This stand-in does not keep retained messages",
  SERVER_ERROR: "The stand-in failed",
  SHADOW_UNSUPPORTED: "This stand-in has no device shadows",
  SNI_MISSING: "The client sent no server name (SNI)",
  SNI_UNKNOWN: "The server name (SNI) is not this endpoint's",
  SUBSCRIBE_DENIED: "The subscription was refused",
  TLS_FAILED: "The TLS handshake failed",
  TOO_MANY_FILTERS: "AWS IoT takes at most 8 topic filters in one SUBSCRIBE packet",
  TOPIC_INVALID: "The topic is not valid",
  WILL_DENIED: "The policies do not allow iot:Publish of the will",
  WILL_UNSUPPORTED: "The will could not be published here",
} as const satisfies Record<ConnectOutcome | SessionOutcome, string>;

/** Says for people what an outcome means; `detail` is what is special to this case. */
export function toSentence(outcome: ConnectOutcome | SessionOutcome, detail?: string): string {
  return detail === undefined ? `${sentences[outcome]}.` : `${sentences[outcome]}: ${detail}.`;
}
