import type { AuditEvent } from "../../rules/audit/audit-record.ts";
import type { Manufacturer } from "../../rules/decision/ledger.ts";
import type { Subject } from "../subjects.ts";

/** Who issues from a CA. */
export interface IssuerOwnership {
  /** Whose it is: who was first. */
  readonly manufacturer: string;
  /** The operator lets others issue from it too. */
  readonly shared: boolean;
  /** Those others; none unless it is shared. */
  readonly others: readonly string[];
}

/** Strongly consistent. @returns undefined when nobody issues from it. */
export type ReadIssuerOwnership = (caCertificateId: string) => Promise<IssuerOwnership | undefined>;

export interface IssuerChange {
  readonly caCertificateId: string;
  readonly read: {
    readonly manufacturer: Subject<Manufacturer>;
    readonly ownership?: IssuerOwnership;
  };
  readonly manufacturer: Manufacturer;
  /** Left out: nobody issues from it any more. */
  readonly ownership?: IssuerOwnership;
  readonly audit: AuditEvent;
}

/**
 * Writes a manufacturer, its audit record and who issues from a CA in one transaction, on condition
 * that all is still as read.
 *
 * @returns false when somebody else changed any of it meanwhile.
 */
export type WriteIssuer = (change: IssuerChange) => Promise<boolean>;
