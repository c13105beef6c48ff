import { expect } from "vitest";
import { type ReadOptions, readAll, toLines } from "./support.ts";

/** Reads a manifest whole, and in parts of one record by chunks of a few bytes: the rows are the same. */
export async function readBothWays(
  input: string | Uint8Array,
  options: ReadOptions = {},
): Promise<{ readonly format: string; readonly cas: number; readonly lines: readonly string[] }> {
  const { survey, rows } = await readAll(input, options);
  const inParts = await readAll(input, { ...options, partRecords: 1, chunkSizes: [61, 7, 200] });
  expect(inParts.rows).toEqual(rows);
  return { format: survey.format, cas: survey.context.cas?.length ?? 0, lines: toLines(rows) };
}
