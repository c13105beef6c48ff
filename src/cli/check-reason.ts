import { MusterError } from "../rules/errors.ts";

/** @throws MusterError USAGE_INVALID */
export function checkReason(reason: string): void {
  if (reason.trim() !== "") return;
  throw new MusterError("USAGE_INVALID", "--reason is blank. Say why; it is in the audit record.");
}
