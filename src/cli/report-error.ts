import { CommanderError } from "commander";
import picocolors from "picocolors";
import { errorCodes, MusterError, toErrorCode } from "../rules/errors.ts";

export const exitCodes = { failed: 1, usage: 2, partly: 3 } as const;

/** What to do about failures of AWS's own. */
const advice: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    "Sign in to AWS first, for example with: aws sso login. Without --stage, commands go to the local cloud.",
  ExpiredTokenException: "The AWS session has expired; sign in again.",
  UnrecognizedClientException: "AWS does not know these credentials; check the profile in use.",
  AccessDeniedException:
    "The AWS identity in use may not do that; use one with the operator's rights.",
  ResourceNotFoundException:
    "Check --stage, --region and the AWS credentials, or deploy the stage first.",
};

/** Tells a person, or with `json` a program, what went wrong. @returns the exit code. */
export function reportError(error: unknown, { json }: { readonly json: boolean }): number {
  const isUsage = error instanceof CommanderError;
  const code = isUsage ? "USAGE_INVALID" : toErrorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  if (json) {
    const details = error instanceof MusterError ? error.details : {};
    console.log(JSON.stringify({ error: { code, message: clean(message), details } }));
  } else if (!isUsage) {
    // commander has written its own.
    const colors = picocolors.createColors(picocolors.isColorSupported && process.stderr.isTTY);
    console.error(`${colors.red(`error ${code}:`)} ${message}`);
    const next = error instanceof MusterError ? errorCodes[error.code].remedy : advice[code];
    if (next !== undefined) console.error(next);
  }
  return code === "USAGE_INVALID" ? exitCodes.usage : exitCodes.failed;
}

/** commander puts its own prefix before what it says. */
function clean(message: string): string {
  return message.replace(/^error: /, "");
}
