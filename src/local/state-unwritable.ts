import { MusterError } from "../rules/errors.ts";
import { sqliteCodeOf, sqliteCodes } from "./sqlite-code.ts";

const { readOnly, io, full, cannotOpen } = sqliteCodes;
const ofSqlite: ReadonlySet<number | undefined> = new Set([readOnly, io, full, cannotOpen]);
const ofFiles: ReadonlySet<unknown> = new Set([
  "EACCES",
  "EDQUOT",
  "EIO",
  "ENOSPC",
  "EPERM",
  "EROFS",
]);

/** Whether the disk or the folder is what failed, and no file in it is wrong. */
export function isUnwritable(error: unknown): boolean {
  if (ofSqlite.has(sqliteCodeOf(error))) return true;
  // A port may be forbidden, too.
  const isOfFiles = error instanceof Error && "code" in error && !("port" in error);
  return isOfFiles && ofFiles.has(error.code);
}

/** What is told then, in place of the system's bare words. */
export function stateUnwritable(stateFolder: string, cause: unknown): MusterError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MusterError(
    "LOCAL_CLOUD_FAILED",
    `${stateFolder} cannot be read or written: ${why}. Make room on the disk and see to it that the folder may be written to, or give another with --state <folder>.`,
    { cause, details: { file: stateFolder } },
  );
}
