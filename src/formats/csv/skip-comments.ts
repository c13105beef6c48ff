import { carriageReturn, findLineEnd, lineFeed } from "../framing/cut-line.ts";
import { maxRecordBytes } from "../manifest-format.ts";

const hash = 0x23;
const [blank, quote] = [0x20, 0x22];

/**
 * Passes over line ends and the comments that tools write into tables: lines that begin with `# `, or
 * with `#` and have one cell. Other lines that begin with `#` are rows, as an id may.
 *
 * @returns where the next row begins; `isOpen` when the window is too short to tell.
 */
export function skipComments(
  window: Buffer,
  from: number,
  { separator, atEnd }: { readonly separator: number; readonly atEnd: boolean },
): { readonly start: number; readonly isOpen: boolean } {
  let start = from;
  for (;;) {
    while (window[start] === lineFeed || window[start] === carriageReturn) start += 1;
    if (window[start] !== hash) return { start, isOpen: false };
    const limit = start + maxRecordBytes;
    const end = findLineEnd(window, start, limit);
    if (end === undefined && !atEnd && window.length < limit) return { start, isOpen: true };
    const line = window.subarray(start, end ?? Math.min(window.length, limit));
    if (!isComment(line, separator)) return { start, isOpen: false };
    start += line.length;
  }
}

function isComment(line: Buffer, separator: number): boolean {
  if (line.length === 1 || line[1] === blank || line[1] === hash) return true;
  return !line.includes(separator) && !line.includes(quote);
}
