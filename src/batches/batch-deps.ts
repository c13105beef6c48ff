import type { AuditEvent } from "../rules/audit/audit-record.ts";
import { type BatchEvent, nextBatchStatus } from "../rules/batch/batch-status.ts";
import { MusterError } from "../rules/errors.ts";
import type { BatchRecord } from "./batch-record.ts";
import type { BatchStores, ReadProfile, ReadSupplier } from "./batch-stores.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Preregistration } from "./preregister/preregistration.ts";
import type { WorkQueue } from "./work-queue.ts";

/** A batch that has just landed, to be walked from whichever side is smaller. */
export interface LandedBatch {
  readonly batch: string;
  /** Entries that it brought. */
  readonly size: number;
  /** A page of its certificates: those that have connected and are not admitted. */
  readonly listOut: (
    cursor?: string,
  ) => Promise<{ readonly certificateIds: readonly string[]; readonly cursor?: string }>;
  /** @returns those of the certificates that it names. */
  readonly named: (certificateIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Where the last call ended. */
  readonly cursor?: string;
}

/** A certificate that could not be decided now. */
interface Unsettled {
  readonly certificateId: string;
  readonly error: unknown;
}

/** What the manufacturer's side needs of the rest. */
export interface BatchDeps extends BatchStores {
  readonly objects: ObjectStore;
  readonly queue: WorkQueue;
  readonly readSupplier: ReadSupplier;
  readonly readProfile: ReadProfile;
  /**
   * Decides again what is quarantined and named by a batch. Repeats harmlessly.
   *
   * @returns where to go on a while later; undefined at the end.
   */
  readonly heal: (landed: LandedBatch) => Promise<string | undefined>;
  /**
   * Decides again each of a few certificates that have connected. Repeats harmlessly.
   *
   * @returns those to be tried again.
   */
  readonly settle: (certificateIds: readonly string[]) => Promise<readonly Unsettled[]>;
  readonly preregistration: Preregistration;
  readonly newId: () => string;
  readonly now: () => Date;
  /** Who acts where nobody asks: `muster:ingest`. */
  readonly actor: string;
  readonly limits?: Partial<BatchLimits>;
}

export interface BatchLimits {
  /** Records of a part. */
  readonly partRecords: number;
  /** A part ends with the record that reaches so many bytes. */
  readonly partBytes: number;
  /** Records of a batch. */
  readonly records: number;
  /** How long an upload may begin. */
  readonly uploadSeconds: number;
  /** How long a batch waits for its upload to end. */
  readonly arrivalSeconds: number;
  /** Admitted devices of a batch that its manufacturer may recall by itself. */
  readonly recallDevices: number;
  /** A worker that lands a part and is not done by then may have been killed. */
  readonly landAgainSeconds: number;
  /** After a recall, devices are looked at again: longer than any attempt in flight. */
  readonly settleAgainSeconds: number;
  /** Certificates that are registered in advance; each takes one of AWS IoT's UpdateCertificate calls. */
  readonly registrationsPerSecond: number;
}

const defaultLimits: BatchLimits = {
  partRecords: 2_000,
  partBytes: 4 * 1024 * 1024,
  records: 1_000_000,
  uploadSeconds: 3_600,
  arrivalSeconds: 6 * 3_600,
  recallDevices: 1_000,
  landAgainSeconds: 120,
  settleAgainSeconds: 120,
  // Half of AWS IoT's ten a second: the other half is for first connects.
  registrationsPerSecond: 5,
};

export function toLimits({ limits }: Pick<BatchDeps, "limits">): BatchLimits {
  return { ...defaultLimits, ...limits };
}

const maxTries = 8;

export interface BatchChange {
  readonly event?: BatchEvent;
  /** Written beside the status that the event leads to. */
  readonly fields?: Partial<BatchRecord>;
  /** What was wrong with it is not any more. */
  readonly solved?: boolean;
  readonly action: string;
  readonly actor?: string;
  readonly evidence?: AuditEvent["evidence"];
}

/**
 * Reads, changes and writes a batch; again, when somebody else was faster.
 *
 * @param decide gives the change; undefined leaves the batch as it is.
 * @returns the batch as it now stands; undefined when there is none.
 * @throws MusterError STATE_CHANGED when others kept changing it, BATCH_STATUS_CONFLICT when the event
 *   cannot happen to a batch that stands there.
 */
export async function changeBatch(
  deps: Pick<BatchDeps, "readBatch" | "writeBatch" | "now" | "actor">,
  id: string,
  decide: (batch: BatchRecord) => BatchChange | undefined,
): Promise<BatchRecord | undefined> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const stored = await deps.readBatch(id);
    if (stored.batch === undefined) return undefined;
    const change = decide(stored.batch);
    if (change === undefined) return stored.batch;
    const { event, fields, action, actor = deps.actor, evidence = {} } = change;
    const { problem: _, stalled: __, ...solved } = stored.batch;
    const batch = change.solved ? solved : stored.batch;
    const next = { ...batch, ...fields, status: toNext(stored.batch, event) };
    const audit = { action, actor, at: deps.now().toISOString(), evidence };
    if (await deps.writeBatch(stored, next, audit)) return next;
  }
  throw new MusterError("STATE_CHANGED", `Batch ${id} kept being changed by somebody else.`);
}

function toNext({ id, status }: BatchRecord, event: BatchEvent | undefined): BatchRecord["status"] {
  if (event === undefined) return status;
  const next = nextBatchStatus(status, event);
  if (next !== undefined) return next;
  const message = `Batch ${id} is ${status}, so it cannot become ${event}.`;
  throw new MusterError("BATCH_STATUS_CONFLICT", message, { details: { status } });
}
