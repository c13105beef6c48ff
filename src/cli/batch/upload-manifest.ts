import { MusterError } from "../../rules/errors.ts";
import type { OpenedBatch } from "../api/batch-api.ts";
import { type PutAnswer, putFile } from "../api/put-file.ts";
import { type RetryDeps, retry, retryDeps, type Try } from "../api/retry.ts";

export interface Upload {
  readonly file: string;
  readonly bytes: number;
  /** Opens the batch, again and again the same one; each time it grants what is still to be sent. */
  readonly open: () => Promise<OpenedBatch>;
  readonly onProgress: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** What may help: a URL that is new, or another connection. */
const passing: ReadonlySet<string | undefined> = new Set([
  "AccessDenied",
  "RequestTimeout",
  "SlowDown",
  "InternalError",
  "ServiceUnavailable",
]);

/**
 * Opens a batch and sends what it asks for, until all of it is there. Whatever failed, the batch is
 * opened again: it says whether the file has come meanwhile, and else grants another upload.
 *
 * @throws MusterError UPLOAD_FAILED, UPLOAD_MISMATCH
 */
export async function uploadManifest(
  upload: Upload,
  deps: RetryDeps = retryDeps,
): Promise<OpenedBatch["batch"]> {
  return retry(deps, upload.signal, async (): Promise<Try<OpenedBatch["batch"]>> => {
    const opened = await upload.open();
    if (opened.upload === undefined) return { done: opened.batch };
    const { url, headers } = opened.upload;
    try {
      const outcome = await putFile({ ...upload, url, headers });
      return judge(upload.file, opened, outcome);
    } catch (error) {
      upload.signal.throwIfAborted();
      if (error instanceof MusterError) throw error;
      const message = `${upload.file} could not be uploaded: ${toReason(error)}.`;
      return { again: new MusterError("UPLOAD_FAILED", message, { cause: error }) };
    }
  });
}

function judge(
  file: string,
  { batch }: OpenedBatch,
  { status, code }: PutAnswer,
): Try<OpenedBatch["batch"]> {
  // An upload is granted once: if it is there, then by an earlier try whose answer was lost.
  const isThere = status === 412 || (status >= 200 && status < 300);
  if (isThere) return { done: batch };
  if (code === "BadDigest" || code === "XAmzContentSHA256Mismatch") {
    throw new MusterError("UPLOAD_MISMATCH", `${file} was changed while it was uploaded.`, {
      details: { file, batch: batch.id },
    });
  }
  const failed = new MusterError(
    "UPLOAD_FAILED",
    `The store of files refused ${file}: ${code ?? "no reason"} (${status}).`,
    { details: { file, batch: batch.id, status } },
  );
  if (status >= 500 || passing.has(code)) return { again: failed };
  throw failed;
}

function toReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && error.message === "" ? String(error.code) : error.message;
}
