import { decode, isWhole } from "../certificates/find-records.ts";
import { missingFields, type ResolvedFields, resolveFields } from "../fields/resolve-fields.ts";
import type { ColumnMapping, ManifestHead } from "../manifest-format.ts";
import { cutCsv } from "./cut-csv.ts";
import { findKnownExport, isFlashRecipe } from "./known-exports.ts";
import { readFirstRows } from "./read-first-rows.ts";
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
 * Reads the names of columns, with the delimiter that makes most sense of them: from the first row, or
 * one of the next few below a title.
 *
 * @returns undefined when there are none.
 */
export function readHeader(head: ManifestHead, mapping?: ColumnMapping): CsvHeader | undefined {
  // As spreadsheets are told the delimiter.
  const [told = "", separator] = /^"?sep=(.)"?\r?\n?/i.exec(head.text) ?? [];
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
    const [cells] = readFirstRows(head, { delimiter }).take(1);
    // With nothing beside it a certificate is one of a list, indented or with a comma after it.
    const filled = cells?.filter((cell) => cell.trim() !== "") ?? [];
    if (cells?.some(isCertificate) && filled.length > 1) return { cells, delimiter };
  }
  return undefined;
}

/** @returns the name of a column that holds a certificate in the row after the header. */
export function findCertificate(
  head: ManifestHead,
  { names, delimiter, skip }: CsvHeader,
): string | undefined {
  const [cells = []] = readFirstRows(head, { delimiter, from: skip }).take(1);
  const isRow = names.length > 1 && cells.length === names.length;
  return isRow ? names[cells.findIndex(isCertificate)] : undefined;
}

export function isCertificate(cell: string): boolean {
  return cell.startsWith("-----BEGIN CERTIFICATE-----") || isWhole(decode(cell));
}

interface Attempt {
  readonly delimiter: string;
  readonly from: number;
  readonly mapping: ColumnMapping | undefined;
}

/** Rows of a title above the names. */
const maxTitleRows = 10;

/** The first row that names what is needed; else the first of all, of which somebody can be told. */
function readWith(head: ManifestHead, { from, ...attempt }: Attempt): CsvHeader | undefined {
  let first: CsvHeader | undefined;
  let next: number | undefined = from;
  for (let row = 0; row <= maxTitleRows && next !== undefined; row += 1) {
    const header = readNames(head, { ...attempt, from: next });
    if (header && isMeant(header, attempt.mapping) && (row === 0 || header.names.length > 1)) {
      return header;
    }
    if (row === 0) first = header;
    // Below its names stand names of files and devices, which may be called `cert.pem`.
    if (first && (isFlashRecipe(first.names) || findKnownExport(first.names))) return first;
    next = header?.skip;
  }
  return first;
}

function isMeant({ names, resolved }: CsvHeader, mapping: ColumnMapping | undefined): boolean {
  if (mapping && missingFields(names, mapping).length > 0) return false;
  return resolved.certificate !== undefined || resolved.request !== undefined;
}

function readNames(
  { bytes, complete }: ManifestHead,
  { delimiter, from, mapping }: Attempt,
): CsvHeader | undefined {
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
