import type { DataObject } from "../formats/archive/infineon-names.ts";
import type { ColumnMapping } from "../formats/manifest-format.ts";
import type { RowCounts } from "../rules/batch/batch-counts.ts";
import type { BatchStatus } from "../rules/batch/batch-status.ts";

/**
 * What the API, the command line and the console do with batches. Who asks is checked by the
 * caller's `viewer`: a manufacturer sees and changes its own batches only, and is told
 * BATCH_UNKNOWN of all others.
 */
export interface BatchUseCases {
  /** Begins a batch; with `content` it is uploaded with it. Repeated with the same key: the same answer. */
  open(viewer: BatchViewer, request: OpenBatch): Promise<OpenedBatch>;
  show(viewer: BatchViewer, batch: string): Promise<BatchView>;
  list(viewer: BatchViewer, page: BatchPage): Promise<BatchList>;
  /** Rows that were refused or warned about, in the order of the manifest. */
  listErrors(viewer: BatchViewer, batch: string, page: RowPage): Promise<RowList>;
  /** A download of the whole report. */
  createReport(viewer: BatchViewer, batch: string, format: "ndjson" | "csv"): Promise<string>;
  /** Blocks the batch's certificates; see DESIGN 3 for caps. */
  recall(viewer: BatchViewer, batch: string, reason: string): Promise<BatchView>;
  /**
   * Operator only: lets a batch count that waits for it.
   *
   * @param quantity as many certificates as the batch says it is about, so that nobody approves what he has not seen.
   */
  approve(viewer: BatchViewer, batch: string, quantity: number): Promise<BatchView>;
  /** Operator only: undoes a recall. */
  release(viewer: BatchViewer, batch: string, reason: string): Promise<BatchView>;
  readYield(viewer: BatchViewer, batch: string): Promise<BatchYield>;
}

export type BatchViewer =
  | { readonly role: "operator" | "auditor"; readonly actor: string }
  | { readonly role: "manufacturer"; readonly manufacturer: string; readonly actor: string };

export interface OpenBatch {
  /** Whose batch it is; a manufacturer's viewer may leave it out. */
  readonly manufacturer?: string;
  readonly profile: string;
  readonly fileName: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** At most 4 MiB. */
  readonly content?: Uint8Array;
  readonly mapping?: ColumnMapping;
  /** Which of a chip's certificates is taken from a vendor's bundle; default `E0E0`. */
  readonly dataObject?: DataObject;
  /** Of a mapping that the manufacturer has saved, in place of `mapping`. */
  readonly mappingName?: string;
  /** Nothing is written to the ledger. */
  readonly dryRun?: boolean;
  /** 1 to 200 characters of the client's choice. */
  readonly idempotencyKey?: string;
}

export interface OpenedBatch {
  readonly batch: BatchView;
  /** Absent when the content came with the request. */
  readonly upload?: {
    readonly method: "PUT";
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly expiresAt: string;
  };
}

export interface BatchView {
  readonly id: string;
  readonly manufacturer: string;
  readonly profile: string;
  readonly profileVersion: number;
  readonly status: BatchStatus;
  readonly dryRun: boolean;
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Name of the format, when it is known. */
  readonly format?: string;
  /** How it is read, where that was told. */
  readonly mapping?: ColumnMapping;
  readonly mappingName?: string;
  readonly createdAt: string;
  readonly completedAt?: string;
  readonly counts: RowCounts;
  /** 0 to 1, of the bytes read. */
  readonly progress: number;
  /** Of a dry run: how long AWS's quotas make the first connects of what it would add take. */
  readonly onboardingSeconds?: number;
  /** What an operator is asked to approve, or has approved. */
  readonly approval?: BatchApprovalView;
  /** Of a batch whose devices are registered with AWS IoT in advance, once it has landed. */
  readonly registration?: BatchRegistration;
  /** Why it failed. */
  readonly problem?: { readonly code: string; readonly message: string };
}

export interface BatchApprovalView {
  /** Certificates that may come into the ledger by it. */
  readonly quantity: number;
  /** Of them, those under an issuer that others issue from too, and not signed by its manufacturer. */
  readonly unsigned: number;
  /** Where they are registered in advance: how long the quotas of AWS IoT make that take. */
  readonly registrationSeconds?: number;
}

export interface BatchRegistration {
  readonly total: number;
  /** Devices that are let in. */
  readonly registered: number;
  /** Kept out, each with the reason on record. */
  readonly refused: number;
  /** Could not be registered, again and again; healing takes them up. */
  readonly failed: number;
  /** How long the rest takes. */
  readonly secondsLeft: number;
}

export interface BatchPage {
  readonly limit: number;
  readonly cursor?: string;
  readonly manufacturer?: string;
}

interface BatchList {
  readonly batches: readonly BatchView[];
  readonly cursor?: string;
}

interface RowPage {
  readonly limit: number;
  readonly cursor?: string;
}

export interface RowReport {
  readonly record: number;
  /** Of an archive: the file that it is in, and where that has several records, which of them it is. */
  readonly entry?: string;
  readonly entryRecord?: number;
  readonly severity: "refused" | "warning";
  readonly code: string;
  readonly field?: string;
  readonly message: string;
  readonly certificateId?: string;
  readonly deviceId?: string;
}

interface RowList {
  readonly rows: readonly RowReport[];
  readonly cursor?: string;
}

export interface BatchYield {
  readonly batch: string;
  readonly shipped: number;
  /** Those of them that the rest is about: `admitted` + `neverSeen` + `refused`. */
  readonly looked: number;
  readonly admitted: number;
  readonly neverSeen: number;
  readonly refused: number;
  /** The batch is too large for one look: `looked` is a fair sample of `shipped`. */
  readonly isPartial: boolean;
}
