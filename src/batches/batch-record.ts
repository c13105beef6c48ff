import type { DataObject } from "../formats/archive/infineon-names.ts";
import type { ColumnMapping } from "../formats/manifest-format.ts";
import type { RowCounts } from "../rules/batch/batch-counts.ts";
import type { BatchStatus } from "../rules/batch/batch-status.ts";

/** A batch that was pushed, as it is kept. */
export interface BatchRecord {
  readonly id: string;
  readonly manufacturer: string;
  readonly profile: string;
  /** As it was when the batch was opened, then as it is judged by. */
  readonly profileVersion: number;
  readonly status: BatchStatus;
  readonly dryRun: boolean;
  readonly fileName: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** As it was told, or as it was saved when the batch was opened. */
  readonly mapping?: ColumnMapping;
  /** Which of a chip's certificates is taken from a vendor's bundle. */
  readonly dataObject?: DataObject;
  readonly mappingName?: string;
  /** What was asked for, so that a key that is used again can be told from a request that is repeated. */
  readonly requestSha256: string;
  readonly openedBy: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Where nothing has come by then, nothing is waited for any more. */
  readonly uploadBy?: string;
  readonly format?: string;
  /** The upload was an archive, which is deleted as soon as it is written anew: not all in it was looked into. */
  readonly isUnpacked?: boolean;
  /** Key of the plan that all parts are read by. */
  readonly plan?: string;
  readonly parts?: number;
  /** Of all parts; more than `bytes` where the manifest came compressed. */
  readonly cutBytes?: number;
  /** Each part is checked, then landed. */
  readonly phase?: "check" | "land";
  /** Parts with rows that earlier ones have too. */
  readonly repeatingParts?: readonly number[];
  /** Its certificates are registered with AWS IoT in advance: the profile said so when it was inspected. */
  readonly registration?: "preregister";
  /** What an operator is asked to approve, or has approved. */
  readonly approval?: BatchApproval;
  readonly completedAt?: string;
  /** Final; before, the parts' own are added up. */
  readonly counts?: RowCounts;
  readonly problem?: { readonly code: string; readonly message: string };
  /** What the queue gave up on, the latest last; not done by now. */
  readonly stalled?: readonly StalledWork[];
}

export interface StalledWork {
  /** Tells messages apart. */
  readonly work: string;
  readonly message: string;
}

export interface BatchApproval {
  /** Certificates that may come into the ledger by it, each once. */
  readonly quantity: number;
  /** Of them, those under an issuer that others issue from too, and not signed by its manufacturer. */
  readonly unsigned: number;
}

/** How far one part is. It is written anew as a whole: doing a part twice adds nothing. */
export interface PartRecord {
  /** Counts from 1; 0 is the inspection. */
  readonly part: number;
  readonly state: "checking" | "checked" | "landing" | "landed";
  readonly bytes: number;
  /** Of `bytes`, how many were gone through in this state. */
  readonly bytesDone: number;
  /** Of the phases that are done; `added` and `known` only of a part that has landed. */
  readonly counts: RowCounts;
  /** Rows that only an operator's approval lets in. */
  readonly unapproved: number;
  /** While it is landing: who does so. Whoever begins anew takes over. */
  readonly attempt?: string;
  /** While it is landing: when who does so was last heard of; ISO 8601. */
  readonly at?: string;
  /** Until it has landed: the number of the latest message that was sent to have it landed. */
  readonly sent?: number;
}
