import type { CertificateFacts } from "../rules/certificate/certificate-facts.ts";
import type { Batch, LedgerEntry, Manufacturer, Revocation } from "../rules/decision/ledger.ts";
import type { Finding } from "../rules/decision/reason-codes.ts";
import { MusterError } from "../rules/errors.ts";
import type { AppliedProfile } from "../rules/profile/profile.ts";
import type {
  CertificateRecord,
  ChangeCertificate,
  ReadCertificateRecord,
} from "./certificate-state.ts";
import type { IotCertificate, IotControl } from "./iot-control.ts";
import type { Timing } from "./timing.ts";

/** Where a certificate stands after it was settled. */
export interface Settlement {
  readonly status: "admitted" | "quarantined" | "rejected";
  readonly findings: readonly Finding[];
  readonly thingName?: string;
  /** Something was written; false when all was as it should be. */
  readonly changed: boolean;
}

/**
 * The record changed, so it has to be read and decided once more. What was done in AWS IoT by then
 * tells how much of what others wrote meanwhile can be left as it stands.
 */
export interface Again {
  readonly done: "nothing" | "activated" | "deactivated";
  /** ISO 8601; when it was deactivated. */
  readonly at?: string;
  /** The number of this attempt's claim, or of the last one before it. */
  readonly attempt: number;
  /** The record's revision as this attempt left it. */
  readonly revision: number;
}

export type StepResult = Settlement | Again;

/** How a certificate may be named other than by its own id. */
export interface CertificateIdentity {
  readonly publicKeySha256: string;
  readonly issuerNameSha256: string;
  readonly serial: string;
}

/** What stands behind a ledger entry. Each may be up to 10 s old. */
export interface EntryBackground {
  readonly manufacturer?: Manufacturer;
  readonly batch?: Batch;
  readonly otherBatches?: readonly Batch[];
  readonly profile?: AppliedProfile;
}

export interface SettleDeps {
  readonly readRecord: ReadCertificateRecord;
  readonly changeCertificate: ChangeCertificate;
  readonly readEntriesByIdentity: (
    identity: CertificateIdentity,
    signal: AbortSignal,
  ) => Promise<{
    readonly entries: readonly LedgerEntry[];
    readonly revocations: readonly Revocation[];
  }>;
  /** @param batches in which its manufacturer named the same certificate, that of `entry` among them. */
  readonly readBackground: (
    entry: LedgerEntry,
    batches: readonly string[],
    signal: AbortSignal,
  ) => Promise<EntryBackground>;
  readonly iot: IotControl;
  /** For what can wait: its calls yield to others when AWS IoT throttles. */
  readonly yieldingIot: IotControl;
  /** Whether a CA is on this deployment's list. */
  readonly isOwnCa: (caCertificateId: string, signal: AbortSignal) => Promise<boolean>;
  readonly now: () => Date;
  readonly timing: Timing;
  /** Who acts, for the audit record: `muster:onboard`, `muster:heal`, `operator:<name>`. */
  readonly actor: string;
}

export interface SettleRequest {
  readonly certificateId: string;
  /** Every call ends when this aborts. */
  readonly signal: AbortSignal;
  readonly caCertificateId?: string;
  /** The record and AWS IoT's description, when they were read just now. */
  readonly record?: CertificateRecord;
  readonly described?: IotCertificate;
  /** Leave AWS IoT and the audit alone while the decision is what it was. */
  readonly onlyIfChanged?: boolean;
  /**
   * Register it with AWS IoT where it is let in and is not there. `absent`: take it to be so, and let the
   * registration itself tell; AWS IoT has said so, or Muster never heard of the certificate.
   */
  readonly register?: "absent" | "if-absent";
}

/** A decision being carried out. */
export interface Attempt {
  readonly request: SettleRequest;
  readonly record: CertificateRecord;
  /** Nothing of what this attempt knows is older. */
  readonly startedAt: Date;
  readonly described?: IotCertificate;
  /** The certificate as AWS IoT holds it, when it had to be read. */
  readonly certificate?: CertificateFacts;
  /** DER, where AWS IoT does not know the certificate and it is to be registered. */
  readonly toRegister?: Uint8Array;
}

/** @throws MusterError DEADLINE_EXCEEDED when the attempt may not touch AWS IoT any more. */
export function checkInTime({ now, timing }: SettleDeps, { startedAt }: Attempt): void {
  if (now().getTime() - startedAt.getTime() <= timing.attemptMs) return;
  throw new MusterError("DEADLINE_EXCEEDED", "The attempt took too long; it is made anew.");
}

/**
 * Brings one certificate to what the ledger says of it now: admitted, or out with the reason.
 *
 * May be called at any time, any number of times and at once: every write is made only on the record
 * that was read, and a record that changed meanwhile is read and decided again.
 *
 * @throws MusterError STATE_CHANGED, ATTEMPT_OVERTAKEN or DEADLINE_EXCEEDED when it has to be tried again later.
 */
export type SettleCertificate = (request: SettleRequest) => Promise<Settlement>;
