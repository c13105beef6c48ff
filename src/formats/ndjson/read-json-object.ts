import type { Frame } from "../framing/cut-records.ts";
import { toFaultProblem } from "../framing/record-faults.ts";
import { toText } from "../framing/to-text.ts";
import type { ManifestProblem } from "../manifest-format.ts";

/** Vendors' files have up to 8. */
const maxDepth = 32;

export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses the object of a record, if it could be cut out whole. */
export function readFramedObject(
  { fault, bytes }: Frame,
  record: number,
): { readonly object: JsonObject } | ManifestProblem {
  return toFaultProblem(fault, record) ?? readJsonObject(bytes, record);
}

/** Parses one object; of a member that is there twice the last counts. */
export function readJsonObject(
  bytes: Buffer,
  record: number,
): { readonly object: JsonObject } | ManifestProblem {
  if (mayNestDeep(bytes) && depthOf(bytes) > maxDepth) {
    const message = `It nests more than ${maxDepth} deep.`;
    return { kind: "problem", record, code: "RECORD_TOO_DEEP", message };
  }
  try {
    const text = toText(bytes);
    const object: unknown = JSON.parse(text);
    if (isObject(object)) return { object: losesDigits(object) ? parseExactly(text) : object };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  // What the parser says quotes the record, which could be anything.
  return { kind: "problem", record, code: "RECORD_UNREADABLE", message: "It is no JSON object." };
}

/** Whether a number in it is not the one that was written: ids of 20 digits are. */
function losesDigits(object: JsonObject): boolean {
  return Object.values(object).some(
    (value) =>
      (typeof value === "number" && !Number.isSafeInteger(value)) ||
      (isObject(value) && losesDigits(value)),
  );
}

/** Such numbers as they were written. */
function parseExactly(text: string): JsonObject {
  const keep = (_: string, value: unknown, { source }: { readonly source?: string }) =>
    typeof value === "number" && !Number.isSafeInteger(value) ? source : value;
  // The types of this library do not know of the source yet.
  return JSON.parse(text, keep as (name: string, value: unknown) => unknown) as JsonObject;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether there are as many brackets as it takes: few records have, and none is looked into by byte. */
function mayNestDeep(bytes: Buffer): boolean {
  let left = maxDepth;
  for (const opening of [0x7b, 0x5b]) {
    for (let at = bytes.indexOf(opening); at >= 0 && left >= 0; left -= 1) {
      at = bytes.indexOf(opening, at + 1);
    }
  }
  return left < 0;
}

/** Brackets in strings count as well: those that no manifest has in such numbers. */
function depthOf(bytes: Buffer): number {
  let depth = 0;
  let deepest = 0;
  for (const byte of bytes) {
    if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
    }
  }
  return deepest;
}
