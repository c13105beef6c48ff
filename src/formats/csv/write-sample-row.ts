import type { SampleRow } from "../sample/sample-format.ts";
import { writeRow } from "./write-row.ts";

/** Longer than any record that is read. */
const tooLong = 300_000;

/** Writes a device's row, with what its defect makes of it. */
export function writeSampleRow(
  { defect }: SampleRow,
  cells: readonly string[],
  options?: Parameters<typeof writeRow>[1],
): string {
  if (defect === "stray-cell") return writeRow([...cells, "stray"], options);
  if (defect === "too-long") return writeRow([...cells, "x".repeat(tooLong)], options);
  return writeRow(cells, options);
}
