import { decode, isWhole } from "../certificates/find-records.ts";
import { type ResolvedFields, resolveFields } from "../fields/resolve-fields.ts";
import type { ColumnMapping, ManifestHead } from "../manifest-format.ts";
import { cutCsv } from "./cut-csv.ts";
import { splitRow } from "./split-row.ts";

export interface CsvHeader {
  readonly names: readonly string[];
  readonly resolved: ResolvedFields;
  readonly delimiter: string;
  /** Bytes up to the first row. */
  readonly skip: number;
}

export interface FirstRow {
  readonly cells: readonly string[];
  readonly delimiter: string;
}

const delimiters = [",", ";", "\t", "|"];
const maxColumns = 500;

/**
 * Reads the first row as the names of columns, with the delimiter that makes most sense of it.
 *
 * @returns undefined when it cannot be one.
 */
export function readHeader(head: ManifestHead, mapping?: ColumnMapping): CsvHeader | undefined {
  // As spreadsheets are told the delimiter.
  const [told = "", separator] = /^sep=(.)\r?\n?/i.exec(head.text) ?? [];
  const candidates = (separator === undefined ? delimiters : [separator]).flatMap(
    (delimiter) => readWith(head, { delimiter, from: told.length, mapping }) ?? [],
  );
  return candidates.toSorted((one, other) => rate(other) - rate(one))[0];
}

/**
 * Reads the first row of a table without a header: one of whose cells, not the only one, is a
 * certificate.
 */
export function readFirstRow(head: ManifestHead): FirstRow | undefined {
  for (const delimiter of delimiters) {
    const row = cutCsv(delimiter)(head.bytes, 0, head.complete);
    if (row === undefined || "keep" in row || row.fault) continue;
    const cells = splitRow(head.bytes.subarray(row.start, row.end), delimiter);
    if (cells.some(isCertificate) && cells.length > 1) return { cells, delimiter };
  }
  return undefined;
}

/** @returns the name of a column that holds a certificate in the row after the header. */
export function findCertificate(
  { bytes, complete }: ManifestHead,
  { names, delimiter, skip }: CsvHeader,
): string | undefined {
  const row = cutCsv(delimiter)(bytes, skip, complete);
  if (names.length < 2 || row === undefined || "keep" in row || row.fault) return undefined;
  const cells = splitRow(bytes.subarray(row.start, row.end), delimiter);
  return cells.length === names.length ? names[cells.findIndex(isCertificate)] : undefined;
}

export function isCertificate(cell: string): boolean {
  return cell.startsWith("-----BEGIN CERTIFICATE-----") || isWhole(decode(cell));
}

function readWith(
  { bytes, complete }: ManifestHead,
  given: {
    readonly delimiter: string;
    readonly from: number;
    readonly mapping?: ColumnMapping | undefined;
  },
): CsvHeader | undefined {
  const { delimiter, from, mapping } = given;
  const row = cutCsv(delimiter)(bytes, from, complete);
  if (row === undefined || "keep" in row || row.fault) return undefined;
  const names = splitRow(bytes.subarray(row.start, row.end), delimiter);
  // A name goes over no lines; and what begins like PEM is no table.
  const isHeader =
    names.length <= maxColumns &&
    !names.some((name) => /[\r\n]|-----/.test(name) || isWhole(decode(name)));
  if (!isHeader) return undefined;
  return { names, resolved: resolveFields(names, mapping), delimiter, skip: row.next };
}

function rate({ names, resolved }: CsvHeader): number {
  const known = Object.values(resolved).filter((value) => typeof value === "number").length;
  return known * maxColumns + names.length;
}
