import { maxRecordBytes } from "../manifest-format.ts";
import { type Cut, type Resync, skipAll } from "./cut-records.ts";

/** Finds a line: CR, LF or both end it, blank ones are passed over. */
export const cutLine: Cut = (window, from, atEnd) => {
  let start = from;
  while (start < window.length && isBlank(window[start])) start += 1;
  if (start === window.length) return atEnd ? undefined : { keep: start };
  const end = findLineEnd(window, start, start + maxRecordBytes);
  if (end !== undefined) return { start, end, next: end };
  if (window.length - start > maxRecordBytes) {
    const cutOff = start + maxRecordBytes;
    return { start, end: cutOff, next: cutOff, fault: "too-long", resync: toNextLine };
  }
  return atEnd ? { start, end: window.length, next: window.length } : { keep: start };
};

/** Takes all there is for one record. */
export const cutWhole: Cut = (window, from, atEnd) => {
  if (window.length - from > maxRecordBytes) {
    return { start: from, end: from + maxRecordBytes, next: skipAll, fault: "too-long" };
  }
  if (!atEnd) return { keep: from };
  return from === window.length ? undefined : { start: from, end: window.length, next: skipAll };
};

/** @returns where the line ends, when it does before `limit`. */
export function findLineEnd(window: Buffer, from: number, limit: number): number | undefined {
  const line = window.subarray(from, limit);
  const feed = line.indexOf(lineFeed);
  const at = line.subarray(0, feed < 0 ? line.length : feed).indexOf(carriageReturn);
  const end = at < 0 ? feed : at;
  return end < 0 ? undefined : from + end;
}

const toNextLine: Resync = (window, from) => {
  const end = findLineEnd(window, from, window.length);
  return end === undefined ? { keep: window.length } : { next: end };
};

export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;

/** White space of JSON, which is that of all the others. */
export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === lineFeed || byte === carriageReturn || byte === 0x09;
}
