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

/** Runs work on a batch; what cannot get better ends the batch with its reason. */
export async function orFail(
  deps: BatchDeps,
  id: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof MusterError) || !sinking.has(error.code)) throw error;
    await failBatch(deps, id, error);
  }
}

async function failBatch(deps: BatchDeps, id: string, error: MusterError): Promise<void> {
  const { code, message } = error;
  const failed = await changeBatch(deps, id, ({ status }) =>
    hasEnded(status)
      ? undefined
      : {
          event: "failed",
          fields: { problem: { code, message }, completedAt: deps.now().toISOString() },
          action: "failed",
          evidence: { code },
        },
  );
  if (failed) await discardManifest(deps, failed);
}

/** Deletes everything of a batch that ended before it landed: it may hold what nobody is to keep. */
export async function discardManifest(deps: BatchDeps, batch: BatchRecord): Promise<void> {
  await deps.objects.delete(toManifestKey(batch));
  await deps.objects.delete(toTranscriptKey(batch));
  await discardParts(deps, batch);
}

const deletesAtOnce = 8;

/** Deletes what parts handed on to one another. */
export async function discardParts({ objects }: BatchDeps, batch: BatchRecord): Promise<void> {
  await forEachAtOnce(toPartNumbers(batch), deletesAtOnce, async (part) => {
    await objects.delete(toCheckedKey(batch, part));
    await objects.delete(toNamesKey(batch, part));
    await objects.delete(toRepeatsKey(batch, part));
  });
}

export function toPartNumbers({ parts = 0 }: Pick<BatchRecord, "parts">): readonly number[] {
  return Array.from({ length: parts }, (_, index) => index + 1);
}
