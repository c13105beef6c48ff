import { MusterError } from "../../rules/errors.ts";
import type { BatchApi } from "../api/batch-api.ts";
import { checkEncrypted } from "../api/check-url.ts";

/**
 * Begins to fetch the whole report of a batch's rows. Its URL is all that it takes: the token is not
 * sent there.
 *
 * @throws MusterError API_UNREACHABLE, API_FAILED
 */
export async function openReport(
  api: Pick<BatchApi, "findReport">,
  batch: string,
  { format, signal }: { readonly format: "ndjson" | "csv"; readonly signal: AbortSignal },
): Promise<ReadableStream<Uint8Array>> {
  const url = await api.findReport(batch, format);
  checkEncrypted(url);
  const response = await fetch(url, { signal, redirect: "error" }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new MusterError("API_UNREACHABLE", "The store of reports does not answer.", { cause });
  });
  if (response.ok && response.body !== null) return response.body;
  await response.body?.cancel();
  const message = `The store of reports answered with ${response.status}.`;
  throw new MusterError("API_FAILED", message, { details: { status: response.status } });
}
