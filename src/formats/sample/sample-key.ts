import { createECDH, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { bitString, encodeDer, integer, oid, sequence } from "./encode-der.ts";

export interface SampleKey {
  /** SubjectPublicKeyInfo in DER. */
  readonly spki: Buffer;
  /** Undefined for a key that nobody holds. */
  readonly privateKey?: KeyObject;
}

/** P-256, P-384 or RSA of 2048 bits. */
export type SampleKeyKind = "ec" | "ec-p384" | "rsa";

const rsaBits = 2048;

/** Makes a key whose private half is kept. */
export function createHeldKey(kind: SampleKeyKind): SampleKey & { readonly privateKey: KeyObject } {
  const { publicKey, privateKey } =
    kind === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: rsaBits })
      : generateKeyPairSync("ec", { namedCurve: kind === "ec" ? "P-256" : "P-384" });
  return { spki: publicKey.export({ type: "spki", format: "der" }), privateKey };
}

/**
 * Makes a public key that nobody holds the private half of, another with every call.
 *
 * A P-256 key is a real one. Making RSA keys takes a hundred times as long as anything else here, so a
 * random number stands in for the modulus, which no reader can tell.
 */
export function createPublicKey(kind: SampleKeyKind): SampleKey {
  if (kind === "ec-p384") return createHeldKey(kind);
  return { spki: kind === "ec" ? makeP256() : makeUpRsa() };
}

/** SubjectPublicKeyInfo up to the point (RFC 5480 §2). */
const p256 = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");
const ecdh = createECDH("prime256v1");

function makeP256(): Buffer {
  return Buffer.concat([p256, ecdh.generateKeys()]);
}

function makeUpRsa(): Buffer {
  const modulus = randomBytes(rsaBits / 8);
  modulus[0] = (modulus[0] ?? 0) | 0xc0;
  modulus[modulus.length - 1] = (modulus.at(-1) ?? 0) | 1;
  const key = sequence(integer(modulus), integer(Buffer.of(1, 0, 1)));
  return sequence(sequence(oid("2a864886f70d010101"), encodeDer(0x05)), bitString(key));
}
