import { isBlank, lineFeed } from "../framing/cut-line.ts";
import type { Cut, Resync } from "../framing/cut-records.ts";
import { maxRecordBytes } from "../manifest-format.ts";
import { createFindObjectEnd, stepOf } from "./find-object-end.ts";

const quote = 0x22;
const backslash = 0x5c;
const [openBrace, closeBrace, openBracket, closeBracket, comma] = [0x7b, 0x7d, 0x5b, 0x5d, 0x2c];

/**
 * Finds the objects of a JSON array, without reading what is in them. Brackets and commas around them
 * are passed over, so a part of an array is read as all of it is.
 *
 * A string that goes over a line has lost its end: its object ends there, and the next that begins a
 * line counts again.
 */
export const cutJsonObject: Cut = createCut({ endsWithArray: false });

/** The same for an array within an object, whose end is the end of all there is to read. */
export const cutNestedObject: Cut = createCut({ endsWithArray: true });

function createCut({ endsWithArray }: { readonly endsWithArray: boolean }): Cut {
  return (window, from, atEnd) => {
    let start = from;
    while (start < window.length && isBetween(window[start])) {
      if (endsWithArray && window[start] === closeBracket)
        return { keep: window.length, done: true };
      start += 1;
    }
    return cutAt(window, start, atEnd);
  };
}

const cutAt: Cut = (window, start, atEnd) => {
  if (start === window.length) return atEnd ? undefined : { keep: start };
  if (window[start] !== openBrace)
    return { start, end: start, next: start, fault: "stray", resync: toObject };
  const end = findEnd(window, start);
  if (typeof end === "object") {
    return { start, end: end.brokenAt, next: end.brokenAt, fault: "unclosed", resync: toLine };
  }
  if (end !== undefined) return { start, end, next: end };
  if (window.length - start > maxRecordBytes) {
    const next = start + maxRecordBytes;
    return { start, end: start, next, fault: "too-long", resync: toNext(window, start, next) };
  }
  if (!atEnd) return { keep: start };
  return { start, end: window.length, next: window.length, fault: "unclosed" };
};

/** Where a line ends within a string, which JSON does not allow. */
interface Broken {
  readonly brokenAt: number;
}

/** @returns the place after the closing brace; undefined when it is beyond. */
function findEnd(window: Buffer, start: number): number | Broken | undefined {
  const limit = Math.min(window.length, start + maxRecordBytes);
  let depth = 0;
  for (let at = start; at < limit; at += 1) {
    if (window[at] === quote) {
      const closing = findClosingQuote(window, at, limit);
      if (typeof closing !== "number") return closing;
      at = closing;
      continue;
    }
    depth += stepOf(window[at]);
    if (depth === 0) return at + 1;
  }
  return undefined;
}

function findClosingQuote(
  window: Buffer,
  opening: number,
  limit: number,
): number | Broken | undefined {
  for (let at = opening + 1; at < limit; at += 1) {
    const byte = window[at];
    if (byte === quote) return at;
    if (byte === backslash) at += 1;
    else if (byte === lineFeed) return { brokenAt: at };
  }
  return undefined;
}

function isBetween(byte: number | undefined): boolean {
  return (
    isBlank(byte) ||
    byte === comma ||
    byte === openBracket ||
    byte === closeBracket ||
    byte === closeBrace
  );
}

const toObject: Resync = (window, from) => {
  const next = window.indexOf(openBrace, from);
  return next >= 0 ? { next } : { keep: window.length };
};

/** Goes on where an object that is too long ends, or where a line begins with one before. */
function toNext(window: Buffer, start: number, next: number): Resync {
  const findEnd = createFindObjectEnd();
  findEnd(window, start, next);
  let searched = 0;
  return (more, from) => {
    const end = findEnd(more, from + searched, more.length);
    const line = toLine(more, from);
    if ("next" in line && (end === undefined || line.next < end)) return line;
    if (end !== undefined) return { next: end };
    const keep = "next" in line ? line.next : line.keep;
    searched = more.length - keep;
    return { keep };
  };
}

/** Goes on where a line begins with an object; one in another stands behind its name. */
const toLine: Resync = (window, from) => {
  for (let line = window.indexOf(lineFeed, from); line >= 0; ) {
    let at = line;
    while (at < window.length && isBetween(window[at])) at += 1;
    if (at === window.length) return { keep: line };
    if (window[at] === openBrace) return { next: at };
    line = window.indexOf(lineFeed, at);
  }
  return { keep: window.length };
};
