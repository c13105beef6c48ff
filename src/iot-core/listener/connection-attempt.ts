import type { SessionEnd } from "./session-end.ts";

/** What became of a connection before there was a session. Stable. */
export type ConnectOutcome =
  | "ACCEPTED"
  | "AUTH_UNSUPPORTED"
  | "AUTO_REGISTRATION_DISABLED"
  | "CA_INACTIVE"
  | "CERTIFICATE_EXPIRED"
  | "CERTIFICATE_INACTIVE"
  | "CERTIFICATE_MISSING"
  | "CERTIFICATE_NOT_ACCEPTED"
  | "CERTIFICATE_NOT_YET_VALID"
  | "CERTIFICATE_REVOKED"
  | "CLIENT_ID_INVALID"
  | "CLOSED_BEFORE_CONNECT"
  | "CONNECT_DENIED"
  | "CONNECT_EXPECTED"
  | "CONNECT_THROTTLED"
  | "CONNECT_TIMEOUT"
  | "ISSUER_NOT_REGISTERED"
  | "ISSUER_SIGNATURE_INVALID"
  | "MQTT_VERSION_UNSUPPORTED"
  | "NO_POLICY"
  | "PACKET_MALFORMED"
  | "PACKET_TOO_LARGE"
  | "PENDING_ACTIVATION"
  | "PROTOCOL_ERROR"
  | "REGISTERED"
  | "REGISTRATION_THROTTLED"
  | "SERVER_ERROR"
  | "SNI_MISSING"
  | "SNI_UNKNOWN"
  | "TLS_FAILED"
  | "WILL_DENIED"
  | "WILL_QOS_2_UNSUPPORTED"
  | "WILL_UNSUPPORTED";

/** What happened in an accepted connection; that the stand-in was stopped says nothing of it. Stable. */
export type SessionOutcome = Exclude<SessionEnd, "LISTENER_CLOSED"> | SessionRefusal;

/** What a client was refused without losing its connection, besides some of the ends. */
type SessionRefusal =
  | "PUBLISH_THROTTLED"
  | "RETAINED_LIMIT_EXCEEDED"
  | "SUBSCRIBE_DENIED"
  | "SUBSCRIBE_THROTTLED"
  | "TOO_MANY_SUBSCRIPTIONS";

/** What is known of a client, whether it was let in or not. */
export interface Peer {
  readonly remoteAddress: string;
  readonly remotePort: number | undefined;
  /** As `TLSv1.3`; undefined until the handshake is done. */
  readonly tlsVersion: string | undefined;
  readonly cipher: string | undefined;
  /** The SNI that the client sent. */
  readonly serverName: string | undefined;
  /** The protocol that was agreed on by ALPN. */
  readonly alpn: string | undefined;
  /** The certificates that the client sent, its own first. */
  readonly chain: readonly PeerCertificate[];
}

interface PeerCertificate {
  readonly certificateId: string;
  /** In one line. */
  readonly subject: string;
}

/** What the CONNECT packet of a client asked for. */
export interface ConnectRequest {
  /** An empty one is undefined until MQTT 5 assigned one. */
  readonly clientId: string | undefined;
  /** As `3.1.1` or `5`. */
  readonly mqttVersion: string | undefined;
  readonly keepAliveSeconds: number | undefined;
  /** Whether the session was to begin empty. */
  readonly isCleanSession: boolean | undefined;
  /** How long the session was to outlive its connection, where MQTT 5 said so. */
  readonly sessionExpirySeconds: number | undefined;
}

/** Of the fields of the request, all are undefined when no CONNECT packet came. */
export interface ConnectionAttempt extends Peer, ConnectRequest {
  readonly at: Date;
  readonly outcome: ConnectOutcome | SessionOutcome;
  /** For people; branch on `outcome`. */
  readonly sentence: string;
}
