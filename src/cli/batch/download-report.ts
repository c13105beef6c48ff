import { pipeline } from "node:stream/promises";
import type { BatchApi } from "../api/batch-api.ts";
import { writeStream } from "../write-file.ts";
import { openReport } from "./open-report.ts";

export interface ReportRequest {
  readonly batch: string;
  readonly format: "ndjson" | "csv";
  /** Standard output without it. */
  readonly out?: string | undefined;
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/**
 * Fetches the whole report of a batch's rows as it is, in constant memory.
 *
 * @returns bytes that were written to the file.
 * @throws MusterError API_UNREACHABLE, API_FAILED, FILE_UNWRITABLE
 */
export async function downloadReport(
  api: Pick<BatchApi, "findReport">,
  { batch, format, out, force, signal }: ReportRequest,
): Promise<number> {
  const body = await openReport(api, batch, { format, signal });
  if (out !== undefined) return writeStream(out, body, { force });
  await pipeline(body, process.stdout, { end: false });
  return 0;
}
