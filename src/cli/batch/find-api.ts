import { type ApiFlags, type ApiSettings, readApiSettings } from "../../wiring/api-settings.ts";
import { createApiClient } from "../api/api-client.ts";
import { type BatchApi, createBatchApi } from "../api/batch-api.ts";
import { readTokenFile } from "../sign-in/read-token.ts";

export interface BatchFlags extends ApiFlags {
  readonly tokenFile?: string;
}

/** Finds which API to speak to, and with what token. @throws MusterError as `readApiSettings` */
export async function findApi({ tokenFile, ...flags }: BatchFlags): Promise<ApiSettings> {
  const token = tokenFile === undefined ? flags.token : readTokenFile(tokenFile);
  return readApiSettings({ ...flags, ...(token !== undefined && { token }) });
}

/** What commands ask of batches. */
export async function openBatchApi(
  flags: BatchFlags,
  signal: AbortSignal = new AbortController().signal,
): Promise<BatchApi> {
  return createBatchApi(createApiClient(await findApi(flags)), signal);
}
