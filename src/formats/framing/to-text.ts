import { isAscii, isUtf8 } from "node:buffer";

/** Reads UTF-8, and what is none as ISO 8859-1, in which Windows programs still write. */
export function toText(bytes: Buffer): string {
  return isAscii(bytes) || !isUtf8(bytes) ? bytes.toString("latin1") : bytes.toString("utf8");
}

const maxShownLength = 60;

/** A value as it may stand in a message: short, in one line, nothing in it that steers a terminal. */
export function toShown(value: string): string {
  const short = value.length > maxShownLength ? `${value.slice(0, maxShownLength)}…` : value;
  // What is cut may end with half of a character, which no database keeps.
  return `"${short.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?")}"`;
}
