import { isObject, type JsonObject } from "../ndjson/read-json-object.ts";
import { EntryRefused } from "./entry-refused.ts";

/** The key that the device identifies itself with. */
export interface IdentityKey {
  /** DER. */
  readonly certificate: Uint8Array;
  /** DER, the issuer first; the root is not among them. */
  readonly cas: readonly Uint8Array[];
  /** Base64url, as a JSON Web Key has them. */
  readonly x: string;
  readonly y: string;
}

/**
 * Finds the key with a certificate among those of a device.
 *
 * @param slot says which, where several have one; by default that is refused.
 */
export function findIdentityKey(payload: JsonObject, slot: string | undefined): IdentityKey {
  const there = listKeys(payload).filter(({ x5c }) => Array.isArray(x5c) && x5c.length > 0);
  const [only, ...others] = slot === undefined ? there : there.filter(({ kid }) => kid === slot);
  if (only === undefined) {
    throw new EntryRefused("NO_CERTIFICATE", "The entry holds no certificate.", "publicKeySet");
  }
  if (others.length === 0) return toIdentityKey(only);
  const slots = there.map(({ kid }) => String(kid).slice(0, 8)).join(", ");
  const message = `There are certificates for the slots ${slots}.`;
  throw new EntryRefused("CERTIFICATE_AMBIGUOUS", message, "x5c");
}

/** Whether the private part of a key is there too (RFC 7518 §6.2.2). */
export function hasPrivateKey(payload: JsonObject): boolean {
  return listKeys(payload).some((key) => "d" in key);
}

function listKeys({ publicKeySet: set }: JsonObject): readonly JsonObject[] {
  return isObject(set) && Array.isArray(set["keys"]) ? set["keys"].filter(isObject) : [];
}

function toIdentityKey({ kty, crv, x, y, x5c }: JsonObject): IdentityKey {
  const isP256 = kty === "EC" && crv === "P-256" && isCoordinate(x) && isCoordinate(y);
  if (!isP256) {
    const message = "The key with the certificate is none of P-256.";
    throw new EntryRefused("PUBLIC_KEY_MISMATCH", message, "publicKeySet");
  }
  const [certificate = new Uint8Array(), ...cas] = (x5c as readonly unknown[]).map(decode);
  return { certificate, cas, x, y };
}

/** 32 bytes are always 43 characters. */
function isCoordinate(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9_-]{43}$/.test(value);
}

/** Standard base64, with padding (RFC 7515 §4.1.6). */
function decode(value: unknown): Uint8Array {
  if (typeof value === "string" && /^[A-Za-z0-9+/]+={0,2}$/.test(value)) {
    return new Uint8Array(Buffer.from(value, "base64"));
  }
  throw new EntryRefused("CERTIFICATE_UNREADABLE", "x5c is not base64 of a certificate.", "x5c");
}
