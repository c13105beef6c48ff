import type { Cut, More, Resync } from "../framing/cut-records.ts";
import { maxRecordBytes } from "../manifest-format.ts";

/** The space after it gets lost, where all white space does. */
export const begin = "-----BEGIN";
const end = "-----END";
const dashes = "-----";
/** `-----END`, a label, and the dashes after it. */
const maxEndLength = 80;

const dash = "(?:-|\\xe2\\x80[\\x90-\\x95])";
/**
 * A BEGIN line that is none, as in small letters, with too few hyphens, or with dashes: what follows it
 * is not to be lost without a word.
 */
const misspelt = new RegExp(
  `${dash}{2,12}[ \\t]{0,4}begin[ \\t]{1,4}[\\w .#]{0,24}certificate[\\w ]{0,20}(?=${dash}{2})`,
  "i",
);
/** The longest of them, and the shortest. */
const [maxMisspelt, minMisspelt] = [140, 18];

/** Finds a PEM block, with anything around it. */
export const cutPemBlock: Cut = (window, from, atEnd) => {
  const found = window.indexOf(begin, from);
  const start = found < 0 ? window.length : found;
  const odd = findMisspelt(window, from, start);
  if (odd) return odd;
  if (found < 0) return atEnd ? undefined : { keep: Math.max(from, window.length - maxMisspelt) };
  const nextBegin = window.indexOf(begin, start + begin.length);
  const limit = start + maxRecordBytes;
  const until = Math.min(limit, nextBegin < 0 ? window.length : nextBegin);
  const endAt = window.subarray(0, until).indexOf(end, start);
  if (endAt >= 0) return cutAtEnd(window, start, { endAt, atEnd });
  if (nextBegin >= 0 && nextBegin < limit) {
    return { start, end: nextBegin, next: nextBegin, fault: "unclosed" };
  }
  if (window.length > limit) {
    return { start, end: limit, next: start + begin.length, fault: "too-long", resync: toBegin };
  }
  if (!atEnd) return { keep: start };
  return { start, end: window.length, next: window.length, fault: "unclosed" };
};

function findMisspelt(window: Buffer, from: number, to: number) {
  if (to - from < minMisspelt) return undefined;
  const match = misspelt.exec(window.toString("latin1", from, to));
  if (!match) return undefined;
  const start = from + match.index;
  return { start, end: start + match[0].length, next: start + match[0].length };
}

function cutAtEnd(
  window: Buffer,
  start: number,
  { endAt, atEnd }: { readonly endAt: number; readonly atEnd: boolean },
): ReturnType<Cut> {
  const label = endAt + end.length;
  if (!atEnd && window.length < endAt + maxEndLength + begin.length) return { keep: start };
  const at = window.subarray(label, endAt + maxEndLength).indexOf(dashes);
  if (at < 0) return { start, end: label, next: label };
  const next = label + at;
  // Where a line end was lost, five hyphens may be the end of one block and the begin of another.
  const isShared = window.toString("latin1", next, next + begin.length) === begin;
  return { start, end: next + dashes.length, next: isShared ? next : next + dashes.length };
}

const toBegin: Resync = (window, from): { readonly next: number } | More => {
  const next = window.indexOf(begin, from);
  return next >= 0 ? { next } : { keep: Math.max(from, window.length - begin.length) };
};
