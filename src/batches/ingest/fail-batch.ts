import { hasEnded } from "../../rules/batch/batch-status.ts";
import { MusterError, type MusterErrorCode } from "../../rules/errors.ts";
import { forEachAtOnce } from "../at-once.ts";
import { type BatchDeps, changeBatch } from "../batch-deps.ts";
import {
  toCheckedKey,
  toManifestKey,
  toNamesKey,
  toRepeatsKey,
  toTranscriptKey,
} from "../batch-keys.ts";
import type { BatchRecord } from "../batch-record.ts";

/** What ends a batch, rather than being tried again. */
const sinking: ReadonlySet<MusterErrorCode> = new Set<MusterErrorCode>([
  "MANIFEST_UNREADABLE",
  "MANIFEST_WITHOUT_CERTIFICATES",
  "MANIFEST_TOO_LARGE",
  "ARCHIVE_BOMB",
  "ARCHIVE_DAMAGED",
  "ARCHIVE_ENCRYPTED",
  "ARCHIVE_ENTRY_TOO_LARGE",
  "ARCHIVE_TOO_DEEP",
  "ARCHIVE_TOO_LARGE",
  "ARCHIVE_TOO_MANY_ENTRIES",
  "ARCHIVE_UNSUPPORTED",
  "DATA_OBJECT_MISSING",
  "MAPPING_INVALID",
  "INPUT_TOO_LARGE",
  "PRIVATE_KEY_REFUSED",
  "SECRET_REFUSED",
  "UPLOAD_MISMATCH",
  "UPLOAD_MISSING",
  "MANUFACTURER_UNKNOWN",
  "MANUFACTURER_SUSPENDED",
  "PROFILE_UNKNOWN",
  "PROFILE_NOT_ALLOWED",
]);

/**
 * Runs work on a batch; what cannot get better ends the batch with its reason, where it still stands as
 * it was read. What a slow worker finds of a batch that has gone on is thrown.
 */
export async function orFail(
  deps: BatchDeps,
  batch: BatchRecord,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof MusterError) || !sinking.has(error.code)) throw error;
    await failBatch(deps, batch, error);
  }
}

async function failBatch(deps: BatchDeps, read: BatchRecord, error: MusterError): Promise<void> {
  const { code, message } = error;
  const failed = await changeBatch(deps, read.id, ({ status, phase }) =>
    status === read.status && phase === read.phase
      ? {
          event: "failed",
          fields: { problem: { code, message }, completedAt: deps.now().toISOString() },
          action: "failed",
          evidence: { code },
        }
      : undefined,
  );
  if (failed && !hasEnded(failed.status)) throw error;
  if (failed) await discardManifest(deps, failed);
}

/**
 * Deletes everything of a batch that ended before it landed: it may hold what nobody is to keep.
 *
 * @param parts whose rows are deleted; all of them by default.
 */
export async function discardManifest(
  deps: BatchDeps,
  batch: BatchRecord,
  parts?: readonly number[],
): Promise<void> {
  await deps.objects.delete(toManifestKey(batch));
  await deps.objects.delete(toTranscriptKey(batch));
  await discardParts(deps, batch, parts);
}

const deletesAtOnce = 8;

/** Deletes what parts handed on to one another. */
export async function discardParts(
  { objects }: BatchDeps,
  batch: BatchRecord,
  parts: readonly number[] = toPartNumbers(batch),
): Promise<void> {
  await forEachAtOnce(parts, deletesAtOnce, async (part) => {
    await objects.delete(toCheckedKey(batch, part));
    await objects.delete(toNamesKey(batch, part));
    await objects.delete(toRepeatsKey(batch, part));
  });
}

export function toPartNumbers({ parts = 0 }: Pick<BatchRecord, "parts">): readonly number[] {
  return Array.from({ length: parts }, (_, index) => index + 1);
}
