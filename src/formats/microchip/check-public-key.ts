import { createPublicKey, hash, type JsonWebKey } from "node:crypto";
import type { CertificateFacts } from "../../rules/certificate/certificate-facts.ts";
import type { JsonObject } from "../ndjson/read-json-object.ts";
import { EntryRefused } from "./entry-refused.ts";

/** SubjectPublicKeyInfo of P-256 up to the point, and the mark of an uncompressed one (RFC 5480 §2). */
const p256 = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex");

/** Compares the key that an entry names with that of its certificate. */
export function checkPublicKey(jwk: JsonObject, { publicKeySha256 }: CertificateFacts): void {
  const spki = toP256(jwk) ?? toAny(jwk);
  if (spki === undefined) {
    const message =
      "The entry does not say which key the certificate is of, or not as a JSON Web Key.";
    throw new EntryRefused("PUBLIC_KEY_MISMATCH", message, "publicKeySet");
  }
  if (hash("sha256", spki, "hex") === publicKeySha256) return;
  const message = "The key of x5c[0] is not the one that the entry names.";
  throw new EntryRefused("PUBLIC_KEY_MISMATCH", message, "x5c");
}

/** That of nearly all chips, without asking OpenSSL for it. */
function toP256({ kty, crv, x, y }: JsonObject): Buffer | undefined {
  if (kty !== "EC" || crv !== "P-256" || !isCoordinate(x) || !isCoordinate(y)) return undefined;
  return Buffer.concat([p256, Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
}

/** 32 bytes are always 43 characters. */
function isCoordinate(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9_-]{43}$/.test(value);
}

/** Larger chips have RSA and other curves too. */
function toAny({ kty, crv, x, y, n, e }: JsonObject): Buffer | undefined {
  if (crv === "P-256") return undefined;
  try {
    const key = { kty, crv, x, y, n, e } as JsonWebKey;
    return createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "der" });
  } catch {
    // Whatever is wrong with it, it is no key.
    return undefined;
  }
}
