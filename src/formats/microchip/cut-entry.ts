import type { Cut, Resync } from "../framing/cut-records.ts";
import { maxRecordBytes } from "../manifest-format.ts";
import { cutJsonObject } from "../ndjson/cut-json-object.ts";

const brace = 0x7b;
/** How an entry begins. Within one nothing looks like it: base64url has no brackets. */
const beginning = /^\{\s*"(?:payload|protected|header|signature)"\s*:/;
const maxBeginning = 64;

/**
 * Finds entries as the objects of an array. One that lost a quote or a bracket would take others with
 * it, all there are where the file has no lines: it ends where the next begins.
 */
export const cutEntry: Cut = (window, from, atEnd) => {
  const object = cutJsonObject(window, from, atEnd);
  if (object === undefined || ("fault" in object && object.fault === "stray")) return object;
  const start = "keep" in object ? object.keep : object.start;
  const isTooLong = "fault" in object && object.fault === "too-long";
  const isWhole = !("keep" in object) && !isTooLong;
  const next = findEntry(window, start + 1, isWhole ? object.end : start + maxRecordBytes);
  if (next !== undefined) return { start, end: next, next, fault: "unclosed" };
  return isTooLong ? { ...object, next: start + 1, resync: toEntry } : object;
};

/** @returns where an entry begins, when it does before `to`. */
export function findEntry(window: Buffer, from: number, to: number): number | undefined {
  for (
    let at = window.indexOf(brace, from);
    at >= 0 && at < to;
    at = window.indexOf(brace, at + 1)
  ) {
    if (beginning.test(window.toString("latin1", at, at + maxBeginning))) return at;
  }
  return undefined;
}

const toEntry: Resync = (window, from) => {
  const next = findEntry(window, from, window.length);
  return next === undefined ? { keep: Math.max(from, window.length - maxBeginning) } : { next };
};
