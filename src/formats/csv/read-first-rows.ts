import type { ManifestHead } from "../manifest-format.ts";
import { cutCsv } from "./cut-csv.ts";
import { splitRow } from "./split-row.ts";

/** Reads the cells of a table's first rows, as far as the head has them whole. */
export function* readFirstRows(
  { bytes, complete }: ManifestHead,
  { delimiter, from = 0 }: { readonly delimiter: string; readonly from?: number },
): Generator<readonly string[]> {
  const cut = cutCsv(delimiter);
  for (let at = from; ; ) {
    const row = cut(bytes, at, complete);
    if (row === undefined || "keep" in row || row.fault) return;
    yield splitRow(bytes.subarray(row.start, row.end), delimiter);
    at = row.next;
  }
}
