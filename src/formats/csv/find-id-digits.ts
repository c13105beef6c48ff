import type { ManifestHead } from "../manifest-format.ts";
import { readFirstRows } from "./read-first-rows.ts";
import type { CsvHeader } from "./read-header.ts";

/** What is looked at to learn how ids are written. */
const rowsOfSample = 50;
const fewestIds = 3;
/** Shorter ones are counters, which have no zeros to lose. */
const fewestDigits = 6;
const shareOfSame = 0.75;

/**
 * Finds how many digits the ids of a table have, where they are numbers of a fixed length: one that is
 * shorter may have lost its zeros to a spreadsheet.
 *
 * By the first rows alone, so that every part of the manifest is read alike.
 */
export function findIdDigits(
  head: ManifestHead,
  { resolved: { id }, delimiter, skip }: CsvHeader,
): number | undefined {
  if (id === undefined) return undefined;
  const ids = readFirstRows(head, { delimiter, from: skip })
    .take(rowsOfSample)
    .map((cells) => cells[id]?.trim() ?? "")
    .toArray();
  if (!ids.every((each) => /^\d+$/.test(each))) return undefined;
  const longest = Math.max(0, ...ids.map(({ length }) => length));
  const same = ids.filter(({ length }) => length === longest).length;
  const isFixed = ids.length >= fewestIds && same >= shareOfSame * ids.length;
  return isFixed && longest >= fewestDigits ? longest : undefined;
}
