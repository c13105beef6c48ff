import { toShown } from "../framing/to-text.ts";
import { isObject, type JsonObject } from "../ndjson/read-json-object.ts";
import { EntryRefused } from "./entry-refused.ts";

/** The key that the device identifies itself with. */
export interface IdentityKey {
  /** DER. */
  readonly certificate: Uint8Array;
  /** DER, the issuer first; the root is not among them. */
  readonly cas: readonly Uint8Array[];
  /** The key itself, as a JSON Web Key. */
  readonly jwk: JsonObject;
}

/**
 * Finds the key with a certificate among those of a device.
 *
 * @param slot says which, where several have one; by default that is refused.
 */
export function findIdentityKey(payload: JsonObject, slot: string | undefined): IdentityKey {
  const keys = listKeys(payload);
  const there = keys.filter(({ x5c }) => Array.isArray(x5c) && x5c.length > 0);
  const [only, ...others] =
    slot === undefined ? there : there.filter(({ kid }) => String(kid) === slot);
  const slots = there.map(({ kid }) => String(kid).slice(0, 8)).join(", ");
  if (only === undefined) {
    const message = explainMissing({ keys: keys.length, slots, slot });
    throw new EntryRefused("NO_CERTIFICATE", message, "publicKeySet");
  }
  if (others.length === 0) return toIdentityKey(only);
  const message = `There are certificates for the slots ${slots}.`;
  throw new EntryRefused("CERTIFICATE_AMBIGUOUS", message, "x5c");
}

function explainMissing(found: {
  readonly keys: number;
  readonly slots: string;
  readonly slot: string | undefined;
}): string {
  const { keys, slots, slot } = found;
  if (slots !== "")
    return `Slot ${toShown(String(slot))} has no certificate; these have: ${slots}.`;
  return keys === 0
    ? "The entry holds neither keys nor certificates."
    : `The entry holds ${keys} public keys and no certificate.`;
}

/** Whether the private part of a key is there too, or a symmetric one (RFC 7518 §6.2.2 and §6.4). */
export function hasPrivateKey(payload: JsonObject): boolean {
  return listKeys(payload).some((key) => "d" in key || "k" in key);
}

function listKeys({ publicKeySet: set }: JsonObject): readonly JsonObject[] {
  return isObject(set) && Array.isArray(set["keys"]) ? set["keys"].filter(isObject) : [];
}

function toIdentityKey(jwk: JsonObject): IdentityKey {
  const [certificate = new Uint8Array(), ...cas] = (jwk["x5c"] as readonly unknown[]).map(decode);
  return { certificate, cas, jwk };
}

/** Standard base64, with padding (RFC 7515 §4.1.6). */
function decode(value: unknown): Uint8Array {
  if (typeof value === "string" && /^[A-Za-z0-9+/]+={0,2}$/.test(value)) {
    return new Uint8Array(Buffer.from(value, "base64"));
  }
  throw new EntryRefused("CERTIFICATE_UNREADABLE", "x5c is not base64 of a certificate.", "x5c");
}
