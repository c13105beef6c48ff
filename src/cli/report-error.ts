import { CommanderError } from "commander";
import picocolors from "picocolors";
import { errorCodes, MusterError, type MusterErrorCode, toErrorCode } from "../rules/errors.ts";
import { toRunnableText } from "./to-runnable.ts";

/** A shell says 128 and the number of the signal of a process that a signal ended. */
export const exitCodes = {
  failed: 1,
  usage: 2,
  partly: 3,
  waiting: 4,
  stalled: 5,
  interrupted: 130,
} as const;

/** What to do about failures of AWS's own. */
const advice: Readonly<Record<string, string>> = {
  ExpiredTokenException: "The AWS session has expired; sign in again.",
  UnrecognizedClientException: "AWS does not know these credentials; check the profile in use.",
  AccessDeniedException:
    "The AWS identity in use may not do that; use one with the operator's rights.",
};

/** Codes whose messages say what is wrong, but not what to do. */
const unexplained: ReadonlySet<string> = new Set<MusterErrorCode>([
  "API_FAILED",
  "API_UNREACHABLE",
  "AUDIT_BROKEN",
  "CERTIFICATE_UNREADABLE",
  "DATA_OBJECT_MISSING",
  "DEADLINE_EXCEEDED",
  "DEMO_FAILED",
  "FILE_UNREADABLE",
  "ISSUER_UNKNOWN",
  "LOCAL_CLOUD_FAILED",
  "MANIFEST_UNREADABLE",
  "SUBJECT_UNKNOWN",
  "TOKEN_REFUSED",
  "UPLOAD_FAILED",
]);

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
    const colors = picocolors.createColors(
      picocolors.isColorSupported && process.stderr.isTTY === true,
    );
    console.error(`${colors.red(`error ${code}:`)} ${toRunnableText(message)}`);
    const next = error instanceof MusterError ? remedyOf(error) : advice[code];
    if (next !== undefined) console.error(next);
  }
  return code === "USAGE_INVALID" ? exitCodes.usage : exitCodes.failed;
}

function remedyOf({ code, details }: MusterError): string | undefined {
  // The API says its own beside what is wrong.
  const { remedy } = details;
  if (typeof remedy === "string") return toRunnableText(remedy);
  return unexplained.has(code) ? toRunnableText(errorCodes[code].remedy) : undefined;
}

/** commander puts its own prefix before what it says. */
function clean(message: string): string {
  return message.replace(/^error: /, "");
}
