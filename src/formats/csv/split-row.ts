import { toText } from "../framing/to-text.ts";
import { scanCells } from "./cut-csv.ts";

/** Splits one row into the texts of its cells; those without quotes are trimmed. */
export function splitRow(row: Buffer, delimiter: string): readonly string[] {
  return scanCells(row, delimiter).map(({ start, end, closing }) => {
    if (closing === undefined) return toText(row.subarray(start, end)).trim();
    const quoted = toText(row.subarray(start + 1, closing));
    const unquoted = quoted.includes('""') ? quoted.replaceAll('""', '"') : quoted;
    // What follows the closing quote was meant to be in the cell, if it is anything.
    return unquoted + toText(row.subarray(closing + 1, end)).trim();
  });
}
