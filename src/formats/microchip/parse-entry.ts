import { isUtf8 } from "node:buffer";
import { isObject, type JsonObject } from "../ndjson/read-json-object.ts";
import { EntryRefused } from "./entry-refused.ts";

/** One entry with its parts decoded, and nothing verified. */
export interface Entry {
  readonly algorithm: unknown;
  readonly kid: unknown;
  readonly x5tS256: unknown;
  readonly payload: JsonObject;
  /** Of the part that nobody signed. */
  readonly headerUniqueId: unknown;
  /** What is signed, as it came. */
  readonly signedBytes: Buffer;
  readonly signature: Buffer;
}

/**
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-7.2.2, and section-4.1.11 for `crit`, which is to
 * be refused by whoever does not know what it names.
 */
export function parseEntry(entry: JsonObject): Entry {
  const payload = textOf(entry, "payload");
  const protectedHeader = textOf(entry, "protected");
  const { alg, kid, crit, "x5t#S256": x5tS256 } = parsePart(protectedHeader, "protected");
  if (crit !== undefined) {
    const message = "The entry asks for extensions of JWS (crit), of which none is known.";
    throw new EntryRefused("JWS_INVALID", message, "protected");
  }
  const header = entry["header"];
  return {
    algorithm: alg,
    kid,
    x5tS256,
    payload: parsePart(payload, "payload"),
    headerUniqueId: isObject(header) ? header["uniqueId"] : undefined,
    signedBytes: Buffer.from(`${protectedHeader}.${payload}`, "latin1"),
    signature: decode(textOf(entry, "signature"), "signature"),
  };
}

function textOf(entry: JsonObject, name: string): string {
  const value = entry[name];
  if (typeof value === "string") return value;
  throw new EntryRefused("JWS_INVALID", `The entry has no ${name}.`, name);
}

/** Base64url without padding (RFC 7515 §2). */
function decode(text: string, name: string): Buffer {
  if (/^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1) return Buffer.from(text, "base64url");
  throw new EntryRefused("JWS_INVALID", `The entry's ${name} is not base64url.`, name);
}

function parsePart(text: string, name: string): JsonObject {
  const bytes = decode(text, name);
  try {
    const value: unknown = isUtf8(bytes) ? JSON.parse(bytes.toString("utf8")) : undefined;
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new EntryRefused("JWS_INVALID", `The entry's ${name} holds no JSON object.`, name);
}
