import type { AuditEvent, ChainHead } from "../rules/audit/audit-record.ts";
import type { Hold, LedgerEntry, Revocation } from "../rules/decision/ledger.ts";
import type { Finding } from "../rules/decision/reason-codes.ts";

/**
 * Where Muster stands with one certificate.
 *
 * `onboarding` and `parking` say what is about to be done in AWS IoT, so that a crash in between can
 * be told apart from somebody else's act; the other three are settled.
 */
export type CertificateStatus = "onboarding" | "parking" | "admitted" | "quarantined" | "rejected";

export interface CertificateState {
  readonly status: CertificateStatus;
  /** Counts the attempts to admit; each claim takes the next number. */
  readonly attempt: number;
  /** ISO 8601; when `status` was last written. */
  readonly since: string;
  /** Why it is out, or was when the attempt under way began. */
  readonly findings: readonly Finding[];
  /** ISO 8601; an INACTIVE in AWS IoT not later than this is Muster's own act, which it may undo. */
  readonly parkedAt?: string;
  readonly caCertificateId?: string;
  readonly thingName?: string;
  /** The policy attached to the certificate itself. */
  readonly policyName?: string;
  readonly groups?: readonly string[];
  /** What earlier claims may have given it and the last one does not; taken away before ACTIVE. */
  readonly former?: readonly Equipment[];
  readonly publicKeySha256?: string;
  readonly issuerNameSha256?: string;
  readonly serial?: string;
  readonly manufacturer?: string;
  readonly batch?: string;
  readonly profile?: string;
  readonly profileVersion?: number;
  /** ISO 8601; look again at AWS IoT after this moment, when no attempt can be in flight any more. */
  readonly recheckAt?: string;
  /** Muster registers it with AWS IoT where it is not there: nobody waits for its first connect. */
  readonly preregister?: boolean;
  /**
   * ISO 8601; AWS IoT did not know it, and Muster is about to register it. What was registered within
   * the lease of that attempt is Muster's own act; anything else somebody else's.
   */
  readonly registeringAt?: string;
}

/** What a certificate is given in AWS IoT. */
export type Equipment = Pick<CertificateState, "thingName" | "policyName" | "groups">;

/** All that the ledger holds under one certificate id, read in one strongly consistent query. */
export interface CertificateRecord {
  readonly certificateId: string;
  readonly entries: readonly LedgerEntry[];
  readonly revocations: readonly Revocation[];
  readonly hold?: Hold;
  readonly state?: CertificateState;
  /** Grows with every change of state, hold or revocation; 0 when there was none. */
  readonly revision: number;
  readonly chain: ChainHead;
}

/** One transaction on a certificate: its state, its audit record and what goes with them. */
export interface CertificateChange {
  readonly certificateId: string;
  /** The change is made only while the record still has this revision and chain head. */
  readonly expected: Pick<CertificateRecord, "revision" | "chain" | "state">;
  /** Absent: the state stays as it is. */
  readonly state?: CertificateState;
  readonly audit?: AuditEvent;
  /** Thing name and public key that from now on belong to this certificate alone. */
  readonly reserve?: {
    readonly thingName: string;
    readonly publicKeySha256: string;
    /** Certificates that are out for good, whose name or key may be taken over. */
    readonly from?: readonly string[];
  };
  /** A thing name of this certificate's that is free from now on. */
  readonly releaseThingName?: string;
  readonly hold?: Hold | "release";
  readonly revocation?: Revocation | "release";
  /** Takes these entries out of the ledger, and the claim on the certificate with them. */
  readonly releaseClaim?: readonly LedgerEntry[];
}

export type ChangeResult =
  | { readonly result: "written"; readonly revision: number; readonly chain: ChainHead }
  | { readonly result: "state-changed" }
  /** The name to be released is another's by now. */
  | { readonly result: "release-refused" }
  | { readonly result: "thing-name-taken"; readonly by: string }
  | { readonly result: "public-key-reused"; readonly by: string };

export type ReadCertificateRecord = (
  certificateId: string,
  signal?: AbortSignal,
) => Promise<CertificateRecord>;

/**
 * Writes a change, all of it or nothing.
 *
 * Conflicts with other transactions are retried inside. After a lost answer the change may have been
 * made: reading the record again tells.
 */
export type ChangeCertificate = (
  change: CertificateChange,
  signal?: AbortSignal,
) => Promise<ChangeResult>;
