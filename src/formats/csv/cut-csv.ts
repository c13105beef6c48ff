import { carriageReturn, findLineEnd, lineFeed } from "../framing/cut-line.ts";
import type { Cut, CutResult, Resync } from "../framing/cut-records.ts";
import { maxRecordBytes } from "../manifest-format.ts";
import { passPem } from "./pass-pem.ts";
import { skipComments } from "./skip-comments.ts";

const quote = 0x22;
/** Ctrl-Z; NULs beside it are padding. */
const endOfFile = 0x1a;

/** Where a cell is: with its quotes, if it has any. */
export interface CellRange {
  readonly start: number;
  readonly end: number;
  /** The closing quote; undefined for a cell without quotes. */
  readonly closing?: number;
}

interface ScannedRow {
  readonly cells: readonly CellRange[];
  readonly end: number;
}

/**
 * Finds the rows of a CSV: quoted cells may go over several lines, and so may PEM without quotes; CR,
 * LF or both end a row; rows without content and comments are passed over.
 *
 * A quote that nothing closes spoils its own row only: the next line with a delimiter in it begins
 * another. Lines without, as those of PEM, belong to what is spoilt.
 *
 * A reader of its own, because a part has to begin at a known byte and a quote that is never closed
 * must not take the rest of the file; csv-parse would also take a third as long as verifying a
 * certificate does.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180#section-2
 */
export function cutCsv(delimiter: string): Cut {
  const separator = delimiter.charCodeAt(0);
  return (window, from, atEnd) => {
    let row = findRow(window, from, { separator, atEnd });
    while (row && "end" in row && !row.fault && isEmptyRow(window, row, separator)) {
      row = findRow(window, row.next, { separator, atEnd });
    }
    return row;
  };
}

function toNextRow(separator: number): Resync {
  return (window, from) => {
    let lineEnd = findLineEnd(window, from, window.length);
    while (lineEnd !== undefined) {
      const next = findLineEnd(window, lineEnd + 1, window.length);
      const line = window.subarray(lineEnd + 1, next ?? window.length);
      if (line.includes(separator)) return { next: lineEnd + 1 };
      // What is kept begins with a line end, so that the line after it is looked at again.
      if (next === undefined) return { keep: lineEnd };
      lineEnd = next;
    }
    return { keep: window.length };
  };
}

function findRow(
  window: Buffer,
  from: number,
  { separator, atEnd }: { readonly separator: number; readonly atEnd: boolean },
): CutResult {
  const { start, isOpen } = skipComments(window, from, { separator, atEnd });
  if (start >= window.length) return atEnd ? undefined : { keep: start };
  if (isOpen) return { keep: start };
  return toResult(scanRow(window, start, separator, atEnd), { window, start, separator, atEnd });
}

interface Place {
  readonly window: Buffer;
  readonly start: number;
  readonly separator: number;
  readonly atEnd: boolean;
}

function toResult(
  row: ScannedRow | "open-quote" | "open-row",
  { window, start, separator, atEnd }: Place,
): CutResult {
  if (typeof row === "object") return { start, end: row.end, next: row.end };
  const tooLong = window.length - start > maxRecordBytes;
  if (!tooLong && !atEnd) return { keep: start };
  if (row === "open-row" && !tooLong) return { start, end: window.length, next: window.length };
  const fault = row === "open-row" ? "too-long" : "unclosed";
  return { start, end: start + 1, next: start + 1, fault, resync: toNextRow(separator) };
}

/** Splits one whole row. */
export function scanCells(row: Buffer, delimiter: string): readonly CellRange[] {
  const padded = Buffer.concat([row, Buffer.of(lineFeed)]);
  const scanned = scanRow(padded, 0, delimiter.charCodeAt(0), true);
  return typeof scanned === "object" ? scanned.cells : [{ start: 0, end: row.length }];
}

function scanRow(
  window: Buffer,
  from: number,
  separator: number,
  atEnd: boolean,
): ScannedRow | "open-quote" | "open-row" {
  const limit = Math.min(window.length, from + maxRecordBytes);
  const cells: CellRange[] = [];
  let at = from;
  for (;;) {
    const opening = findOpeningQuote(window, at, separator);
    const closing = opening === undefined ? undefined : findClosingQuote(window, opening, limit);
    if (closing === -1) return "open-quote";
    const content = closing === undefined ? passPem(window, at, { limit, atEnd }) : closing + 1;
    if (content === undefined) return "open-row";
    const end = findCellEnd(window, content, limit, separator);
    if (end >= limit) return "open-row";
    cells.push({ start: opening ?? at, end, ...(closing !== undefined && { closing }) });
    if (window[end] !== separator) return { cells, end };
    at = end + 1;
  }
}

/** Blanks before a quote are passed over, as those who write `a, "b"` mean it. */
function findOpeningQuote(window: Buffer, from: number, separator: number): number | undefined {
  let at = from;
  while (window[at] === 0x20 || (window[at] === 0x09 && separator !== 0x09)) at += 1;
  return window[at] === quote ? at : undefined;
}

/** @returns -1 without one. A doubled quote closes nothing. */
function findClosingQuote(window: Buffer, opening: number, limit: number): number {
  for (let at = window.indexOf(quote, opening + 1); at >= 0 && at < limit; ) {
    if (at + 1 >= limit) return window.length === limit ? at : -1;
    if (window[at + 1] !== quote) return at;
    at = window.indexOf(quote, at + 2);
  }
  return -1;
}

function findCellEnd(window: Buffer, from: number, limit: number, separator: number): number {
  let at = from;
  while (at < limit && window[at] !== separator && !isLineEnd(window[at])) at += 1;
  return at;
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

/** As spreadsheets write below a table, and DOS at the end of a file. */
function isEmptyRow(
  window: Buffer,
  { start, end }: { readonly start: number; readonly end: number },
  separator: number,
): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = window[at];
    const isNothing = byte === separator || byte === quote || byte === 0x20 || byte === 0x09;
    if (!isNothing && byte !== 0 && byte !== endOfFile) return false;
  }
  return true;
}
