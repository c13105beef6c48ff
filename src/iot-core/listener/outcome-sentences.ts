import type { ConnectOutcome, SessionOutcome } from "./connection-attempt.ts";

interface Sentence {
  /** What happened. */
  readonly what: string;
  /** What the reader can do. */
  readonly advice?: string;
}

const checkPolicies =
  "Change the policies of the certificate or of its thing's groups, and check that the thing is attached to the certificate and that the client id is its name.";

/** What each outcome means, for people. */
export const sentences = {
  ACCEPTED: { what: "The connection was accepted" },
  API_DISCONNECTED: { what: "DeleteConnection was called for the client" },
  AUTH_UNSUPPORTED: {
    what: "AWS IoT does not support the AUTH packet and enhanced authentication",
    advice: "Let the client connect without an authentication method.",
  },
  AUTO_REGISTRATION_DISABLED: {
    what: "The certificate is unknown, and its CA does not register certificates at connect",
    advice: "Set the CA's auto-registration status to ENABLE, or register the certificate.",
  },
  BASIC_INGEST_UNSUPPORTED: {
    what: "This stand-in has no basic ingest",
    advice: "Publish to a topic that the rule's statement selects from.",
  },
  CA_INACTIVE: {
    what: "The certificate is unknown, and its CA is INACTIVE",
    advice: "Set the CA to ACTIVE.",
  },
  CERTIFICATE_DEACTIVATED: { what: "The certificate is no longer ACTIVE" },
  CERTIFICATE_EXPIRED: {
    what: "The certificate has expired",
    advice: "Issue a new one; check the clock of this machine if it should be valid.",
  },
  CERTIFICATE_INACTIVE: {
    what: "The certificate is INACTIVE",
    advice: "Set it to ACTIVE if the device may connect.",
  },
  CERTIFICATE_MISSING: {
    what: "The client sent an empty Certificate message",
    advice:
      "Either no certificate is configured, or it was loaded after the TLS session was created: load certificate and key into the TLS context first.",
  },
  CERTIFICATE_NOT_ACCEPTED: {
    what: "AWS IoT does not accept such a certificate",
    advice: "Issue one with a supported key and signature.",
  },
  CERTIFICATE_NOT_YET_VALID: {
    what: "The certificate is not valid yet",
    advice: "Check the clock of the machine that issued it, and of this one.",
  },
  CERTIFICATE_REVOKED: {
    what: "The certificate is REVOKED",
    advice: "That is final: the device needs a new one.",
  },
  CLIENT_DISCONNECTED: { what: "The client sent DISCONNECT" },
  CLIENT_ID_INVALID: {
    what: "The client id must have 1 to 128 bytes and not begin with $",
    advice: "Give the client its thing's name as client id.",
  },
  CLOSED_BEFORE_CONNECT: {
    what: "The client closed the connection after the TLS handshake, before it sent CONNECT",
    advice:
      "If it gave up on the server's certificate, let it trust server-ca.pem and dial a name that the certificate has.",
  },
  COMMANDS_UNSUPPORTED: { what: "This stand-in has no remote commands" },
  CONNECT_DENIED: { what: "The policies do not allow iot:Connect", advice: checkPolicies },
  CONNECT_EXPECTED: {
    what: "The first packet was not CONNECT",
    advice: "Let the client send CONNECT first, and wait for CONNACK.",
  },
  CONNECT_THROTTLED: {
    what: "Too many CONNECT packets came in one second",
    advice:
      "AWS takes one CONNECT a second of each client id: let clients wait longer, and not all the same time, before they try again.",
  },
  CONNECT_TIMEOUT: {
    what: "No CONNECT packet came in time",
    advice: "Let the client send CONNECT as soon as the TLS handshake is done.",
  },
  CONNECTION_LOST: {
    what: "The connection was closed without DISCONNECT",
    advice: "Let the client send DISCONNECT if it meant to go.",
  },
  CONNECTION_TAKEN_OVER: {
    what: "A newer connection has the same client id",
    advice: "Give every client an id of its own.",
  },
  DEVICE_DEFENDER_UNSUPPORTED: { what: "This stand-in has no Device Defender" },
  DEVICE_LOCATION_UNSUPPORTED: { what: "This stand-in has no device location" },
  FLEET_PROVISIONING_UNSUPPORTED: { what: "This stand-in has no fleet provisioning" },
  ISSUER_NOT_REGISTERED: {
    what: "The certificate is unknown, and no CA of its issuer's name is registered",
    advice: "Register the CA that signed it directly; one further up the chain is not enough.",
  },
  ISSUER_SIGNATURE_INVALID: {
    what: "The certificate is unknown, and no registered CA of its issuer's name signed it",
    advice: "Register the CA whose key signed it: another one has the same name.",
  },
  JOBS_UNSUPPORTED: { what: "This stand-in has no jobs" },
  KEEP_ALIVE_EXPIRED: {
    what: "The client was silent for one and a half times its keep-alive",
    advice: "Let it send PINGREQ in time.",
  },
  MQTT_VERSION_UNSUPPORTED: {
    what: "AWS IoT speaks MQTT 3.1.1 and 5 only",
    advice: "Choose one of them in the client.",
  },
  NO_POLICY: {
    what: "The certificate has no policy",
    advice: "Attach one to it, or to a group of its thing.",
  },
  PACKET_MALFORMED: {
    what: "The client sent something that is not MQTT",
    advice: "Check that it speaks MQTT over TLS on this port, and not HTTP or WebSocket.",
  },
  PACKET_TOO_LARGE: {
    what: "The client sent a packet above 146 KiB or a payload above 128 KiB",
    advice: "Split the message.",
  },
  PACKET_UNEXPECTED: { what: "The client sent a packet that may not come here" },
  PENDING_ACTIVATION: {
    what: "The certificate still waits for its activation",
    advice: "Let the client try again; if it stays so, see why nobody activates it.",
  },
  PROTOCOL_ERROR: { what: "The client broke a rule of MQTT 5" },
  PUBLISH_DENIED: { what: "The policies do not allow the message", advice: checkPolicies },
  PUBLISH_THROTTLED: {
    what: "Messages are discarded because too many came in one second",
    advice: "Publish more slowly.",
  },
  QOS_2_UNSUPPORTED: { what: "AWS IoT does not support QoS 2", advice: "Use QoS 1." },
  RECEIVER_TOO_SLOW: { what: "The client does not read what it is sent" },
  REGISTERED: {
    what: "The certificate was unknown and is now registered as PENDING_ACTIVATION",
    advice: "Let the client try again: it gets in once the certificate is ACTIVE.",
  },
  REGISTRATION_THROTTLED: {
    what: "Too many certificates were to be registered in one second",
    advice: "Let the client try again.",
  },
  RESERVED_TOPIC: {
    what: "Of the topics under $, this stand-in serves $aws/things/<own thing>/ and, to subscribers, $aws/events/",
  },
  RETAINED_LIMIT_EXCEEDED: {
    what: "Messages are discarded because 5,000 topics have a retained message already",
    advice: "Delete some with retained messages without payload.",
  },
  SECURE_TUNNELING_UNSUPPORTED: { what: "This stand-in has no secure tunneling" },
  SERVER_ERROR: { what: "The stand-in failed" },
  SHADOW_UNSUPPORTED: { what: "This stand-in has no device shadows" },
  SITEWISE_UNSUPPORTED: { what: "This stand-in has no SiteWise" },
  SNI_MISSING: {
    what: "The client sent no server name (SNI)",
    advice: "Let it dial the endpoint by its name, not by an address, and enable SNI.",
  },
  SNI_UNKNOWN: {
    what: "The server name (SNI) is not this endpoint's",
    advice: "Dial the name that DescribeEndpoint gives.",
  },
  STREAMS_UNSUPPORTED: { what: "This stand-in has no MQTT file delivery" },
  SUBSCRIBE_DENIED: { what: "The policies do not allow the subscription", advice: checkPolicies },
  SUBSCRIBE_THROTTLED: {
    what: "A subscription was refused because too many came in one second",
    advice: "Subscribe again later.",
  },
  SUBSCRIPTION_ID_UNSUPPORTED: {
    what: "AWS IoT does not support subscription identifiers",
    advice: "Subscribe without.",
  },
  TLS_FAILED: { what: "The TLS handshake failed" },
  TOO_MANY_FILTERS: {
    what: "AWS IoT takes at most 8 topic filters in one SUBSCRIBE packet",
    advice: "Send several.",
  },
  TOO_MANY_SUBSCRIPTIONS: {
    what: "AWS IoT takes at most 50 subscriptions of one connection",
    advice: "Use filters with wildcards.",
  },
  TOPIC_ALIAS_INVALID: { what: "AWS IoT takes 8 topic aliases" },
  TOPIC_FILTER_INVALID: { what: "The topic filter is not valid" },
  TOPIC_INVALID: { what: "The topic is not valid" },
  WILL_DENIED: { what: "The policies do not allow the will", advice: checkPolicies },
  WILL_QOS_2_UNSUPPORTED: {
    what: "AWS IoT does not support QoS 2, which the will has",
    advice: "Use QoS 1.",
  },
  WILL_UNSUPPORTED: { what: "The will could not be published here" },
} as const satisfies Record<ConnectOutcome | SessionOutcome, Sentence>;

const maximumDetailLength = 400;

/**
 * Says for people what an outcome means; `detail` is what is special to this case, and stands before
 * what is the same each time. A long one loses its middle: clients choose what is in it.
 */
export function toSentence(outcome: ConnectOutcome | SessionOutcome, detail?: string): string {
  const { what, advice }: Sentence = sentences[outcome];
  if (detail === undefined) return advice === undefined ? `${what}.` : `${what}. ${advice}`;
  // Without advice the details are what there is to read.
  if (advice === undefined) return `${what}: ${shorten(detail)}.`;
  return `${shorten(detail)}: ${what}. ${advice}`;
}

function shorten(detail: string): string {
  if (detail.length <= maximumDetailLength) return detail;
  return `${detail.slice(0, maximumDetailLength - 100)} … ${detail.slice(-100)}`;
}
