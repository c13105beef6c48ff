import { hash } from "node:crypto";
import canonicalize from "canonicalize";

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** What happened, before it has its place in a chain. */
export interface AuditEvent {
  /** Stable verb: `admitted`, `quarantined`, `rejected`, `held`, `released`, `revoked`, … */
  readonly action: string;
  /** `muster:<function>` or `operator:<name>`. */
  readonly actor: string;
  /** ISO 8601. */
  readonly at: string;
  /** By which the log has what led to it: the id of a message, a request or a batch. */
  readonly correlationId?: string;
  readonly evidence: { readonly [key: string]: JsonValue | undefined };
}

/** One immutable link of a subject's chain. */
export interface AuditRecord extends AuditEvent {
  /** `CERT#<id>`, `PROFILE#<name>`, … */
  readonly subject: string;
  /** Counts from 1 without gaps. */
  readonly sequence: number;
  readonly previousHash: string;
  readonly hash: string;
}

/** The last link, kept with the subject's state. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

export const emptyChain: ChainHead = { sequence: 0, hash: "0".repeat(64) };

/** Adds an event to the chain that ends in `head`. */
export function appendRecord(subject: string, head: ChainHead, event: AuditEvent): AuditRecord {
  const link = { ...event, subject, sequence: head.sequence + 1, previousHash: head.hash };
  return { ...link, hash: hashRecord(link) };
}

/**
 * Hashes a record over its canonical JSON.
 *
 * @returns lower-case hex SHA-256.
 * @see https://www.rfc-editor.org/rfc/rfc8785
 */
export function hashRecord(record: Omit<AuditRecord, "hash">): string {
  // All but the hash itself, so that a field put into a stored record shows too.
  const { hash: _, ...link } = { hash: "", ...record };
  return hash("sha256", canonicalize(link) ?? "", "hex");
}
