import type { Principal } from "../authorize.ts";
import type { ConnectTerms } from "../connect-terms.ts";
import type { SessionOutcome } from "../connection-attempt.ts";
import type { PacketStream } from "../packet-stream.ts";
import type { SessionEnd } from "../session-end.ts";
import type { SessionState } from "../session-state.ts";

/** What the handlers of a connection's packets share. */
export interface ConnectionContext {
  readonly session: SessionState;
  readonly principal: Principal;
  readonly terms: ConnectTerms;
  /** Tells the connection apart from every other. */
  readonly sessionIdentifier: string;
  readonly stream: PacketStream;
  readonly end: (cause: SessionEnd, options?: { readonly detail?: string | undefined }) => void;
  /** Reports what the client is refused without losing its connection. */
  readonly onRefused: (outcome: SessionOutcome, detail?: string) => void;
}
