import { isLoopback } from "../../local/loopback.ts";
import { MusterError } from "../../rules/errors.ts";

/**
 * Makes sure that nobody on the way reads what is sent: a token, a manifest, a report.
 *
 * @throws MusterError CONFIGURATION_INVALID for plain http to another machine.
 */
export function checkEncrypted(url: string): void {
  if (isLoopback(url) || new URL(url).protocol === "https:") return;
  throw new MusterError(
    "CONFIGURATION_INVALID",
    `${new URL(url).origin} is not encrypted, so nothing is sent there. Use its https URL.`,
  );
}
