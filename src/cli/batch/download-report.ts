import { pipeline } from "node:stream/promises";
import { MusterError } from "../../rules/errors.ts";
import type { BatchApi } from "../api/batch-api.ts";
import { checkEncrypted } from "../api/check-url.ts";
import { writeStream } from "../write-file.ts";

export interface ReportRequest {
  readonly batch: string;
  readonly format: "ndjson" | "csv";
  /** Standard output without it. */
  readonly out?: string | undefined;
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/**
 * Fetches the whole report of a batch's rows as it is, in constant memory. Its URL is all that it
 * takes: the token is not sent there.
 *
 * @returns bytes that were written to the file.
 * @throws MusterError API_UNREACHABLE, FILE_UNWRITABLE
 */
export async function downloadReport(
  api: Pick<BatchApi, "findReport">,
  { batch, format, out, force, signal }: ReportRequest,
): Promise<number> {
  const url = await api.findReport(batch, format);
  checkEncrypted(url);
  const response = await fetch(url, { signal, redirect: "error" }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new MusterError("API_UNREACHABLE", "The store of reports does not answer.", { cause });
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    const message = `The store of reports answered with ${response.status}.`;
    throw new MusterError("API_FAILED", message, { details: { status: response.status } });
  }
  if (out !== undefined) return writeStream(out, response.body, { force });
  await pipeline(response.body, process.stdout, { end: false });
  return 0;
}
