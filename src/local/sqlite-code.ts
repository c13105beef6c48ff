/** Primary result codes of https://www.sqlite.org/rescode.html. */
export const sqliteCodes = { busy: 5, readOnly: 8, io: 10, full: 13, cannotOpen: 14 } as const;

/** @returns the primary result code of a failure of SQLite; undefined for any other. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error && "errcode" in error)) return undefined;
  // The low byte of an extended result code.
  return Number(error.errcode) & 0xff;
}
