import { AwsError } from "./aws-error.ts";

/** Refuses a change of a thing or group whose version is not the one that the client has seen. */
export function checkVersion(
  what: string,
  { version }: { readonly version: number },
  expected: number | undefined,
): void {
  if (expected === undefined || expected === version) return;
  throw new AwsError("VersionConflictException", `${what} has version ${version}, not ${expected}`);
}
