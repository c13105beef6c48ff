import { maxRecordBytes } from "../manifest-format.ts";
import { findLineEnd, isBlank } from "./cut-line.ts";
import type { Cut, More, Resync } from "./cut-records.ts";

/**
 * Finds DER in base64 or hex over several lines: it ends where its own length says, so that another may
 * follow with a blank line between them or none.
 */
export const cutFolded: Cut = (window, from, atEnd) => {
  let start = from;
  while (start < window.length && isBlank(window[start])) start += 1;
  if (start === window.length) return atEnd ? undefined : { keep: start };
  if (window.length < start + headBytes && !atEnd) return { keep: start };
  const form = toForm(window.toString("latin1", start, start + headBytes));
  if (form === undefined) {
    const end = findLineEnd(window, start, start + maxRecordBytes) ?? window.length;
    if (end === window.length && !atEnd && end < start + maxRecordBytes) return { keep: start };
    return { start, end, next: end, resync: toBegin };
  }
  const end = passDigits(window, start, form);
  if (end === window.length && !atEnd) return { keep: start };
  return { start, end, next: end };
};

/** Of the first line; more than the header of DER takes. */
const headBytes = 40;

interface Form {
  readonly isDigit: Uint8Array;
  readonly digits: number;
}

const toTable = (digit: RegExp) =>
  Uint8Array.from({ length: 256 }, (_, byte) => (digit.test(String.fromCharCode(byte)) ? 1 : 0));
const isBase64 = toTable(/[\w+/-]/);
const isHex = toTable(/[0-9a-f]/i);

/** @returns how many digits there are to come, from the length that DER begins with. */
function toForm(text: string): Form | undefined {
  const hex = /^30[ :-]?8[1-3](?:[ :-]?[0-9a-f]){2,}/i.exec(text)?.[0].replaceAll(/[ :-]/g, "");
  const base64 = /^MI[\w+/-]{6}/.exec(text)?.[0];
  const head = hex ? Buffer.from(hex, "hex") : Buffer.from(base64 ?? "", "base64");
  const lengthBytes = (head[1] ?? 0) - 0x80;
  if (lengthBytes < 1 || lengthBytes > 3 || head.length < 2 + lengthBytes) return undefined;
  const bytes = 2 + lengthBytes + head.readUIntBE(2, lengthBytes);
  const form = hex
    ? { isDigit: isHex, digits: 2 * bytes }
    : { isDigit: isBase64, digits: Math.ceil((4 * bytes) / 3) };
  return form.digits > maxRecordBytes / 2 ? undefined : form;
}

const padding = 0x3d;

/** @returns where the last digit is passed, and what pads it; the end of the window if that is before. */
function passDigits(window: Buffer, start: number, { isDigit, digits }: Form): number {
  let at = start;
  const limit = Math.min(window.length, start + maxRecordBytes);
  for (let left = digits; left > 0 && at < limit; at += 1) {
    left -= isDigit[window[at] ?? 0] ?? 0;
  }
  return passPadding(window, at);
}

/** Which may have come into a line of its own. */
function passPadding(window: Buffer, from: number): number {
  let end = from;
  for (let at = from; at <= window.length; at += 1) {
    if (window[at] === padding) end = at + 1;
    else if (at === window.length) return at;
    else if (!isBlank(window[at])) break;
  }
  return end;
}

/** After a line that is none of these: where a line begins as they do. */
const toBegin: Resync = (window, from): { readonly next: number } | More => {
  const text = window.toString("latin1", from);
  const at = text.search(/[\r\n](?:MI[A-P]|30[ :-]?8[1-3])/i);
  return at < 0 ? { keep: Math.max(from, window.length - 6) } : { next: from + at + 1 };
};
