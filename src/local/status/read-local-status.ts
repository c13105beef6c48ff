import { MusterError } from "../../rules/errors.ts";
import { readEndpoints } from "../endpoints.ts";
import { type LocalStatus, localStatus } from "./local-status.ts";
import { statusPath } from "./start-inspection.ts";

const timeoutMs = 10_000;

/**
 * Asks the local cloud that runs in a folder for its status.
 *
 * @throws MusterError LOCAL_CLOUD_NOT_RUNNING, LOCAL_CLOUD_FAILED, STATE_DAMAGED, ENDPOINT_NOT_LOCAL
 */
export async function readLocalStatus(stateFolder: string): Promise<LocalStatus> {
  const { inspect } = await readEndpoints(stateFolder);
  try {
    const response = await fetch(new URL(statusPath, inspect), {
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body: unknown = await response.json();
    if (!response.ok) throw new Error(`status ${response.status}: ${JSON.stringify(body)}`);
    return localStatus.parse(body);
  } catch (error) {
    throw new MusterError(
      "LOCAL_CLOUD_FAILED",
      `The local cloud did not answer ${inspect}${statusPath} as it should: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error, details: { inspect } },
    );
  }
}
