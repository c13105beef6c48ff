import type { SessionEnd } from "./session-end.ts";

/** What became of a connection before there was a session. Stable. */
export type ConnectOutcome =
  | "ACCEPTED"
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
  | "CONNECT_TIMEOUT"
  | "ISSUER_NOT_REGISTERED"
  | "ISSUER_SIGNATURE_INVALID"
  | "MQTT_VERSION_UNSUPPORTED"
  | "NO_POLICY"
  | "PACKET_MALFORMED"
  | "PACKET_TOO_LARGE"
  | "PENDING_ACTIVATION"
  | "REGISTERED"
  | "SERVER_ERROR"
  | "SNI_MISSING"
  | "SNI_UNKNOWN"
  | "TLS_FAILED"
  | "WILL_DENIED"
  | "WILL_UNSUPPORTED";

/** What happened in an accepted connection that its client should know about. Stable. */
export type SessionOutcome =
  | Exclude<SessionEnd, "CLIENT_DISCONNECTED" | "CONNECTION_LOST" | "LISTENER_CLOSED">
  | "SUBSCRIBE_DENIED";

/** What is known of a client, whether it was let in or not. */
export interface Peer {
  readonly remoteAddress: string;
  /** As `TLSv1.3`; undefined until the handshake is done. */
  readonly tlsVersion: string | undefined;
  readonly cipher: string | undefined;
  /** The SNI that the client sent. */
  readonly serverName: string | undefined;
  /** The certificates that the client sent, its own first. */
  readonly chain: readonly PeerCertificate[];
}

interface PeerCertificate {
  readonly certificateId: string;
  /** In one line. */
  readonly subject: string;
}

export interface ConnectionAttempt extends Peer {
  readonly at: Date;
  /** Undefined when no CONNECT packet came. */
  readonly clientId: string | undefined;
  readonly outcome: ConnectOutcome | SessionOutcome;
  /** For people; branch on `outcome`. */
  readonly sentence: string;
}
