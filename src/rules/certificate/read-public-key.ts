import type { PublicKeyFacts } from "./certificate-facts.ts";
import {
  type DerElement,
  DerReader,
  tags,
  toBitString,
  toIntegerBytes,
  toOid,
  unreadable,
} from "./der.ts";
import { readAlgorithm } from "./read-algorithm.ts";

const rsa = "1.2.840.113549.1.1.1";
const rsaPss = "1.2.840.113549.1.1.10";
const ec = "1.2.840.10045.2.1";

const curves: Readonly<Record<string, PublicKeyFacts>> = {
  "1.2.840.10045.3.1.7": { algorithm: "ec", curve: "P-256", bits: 256 },
  "1.3.132.0.34": { algorithm: "ec", curve: "P-384", bits: 384 },
  "1.3.132.0.35": { algorithm: "ec", curve: "P-521", bits: 521 },
};

/** Reads a SubjectPublicKeyInfo. */
export function readPublicKey(element: DerElement): PublicKeyFacts {
  const { where } = element;
  const info = element.children();
  const { oid, parameters } = readAlgorithm(info.read(tags.sequence, where));
  const key = toBitString(info.read(tags.bitString, where));
  info.finish();
  if (oid === rsa) return { algorithm: "rsa", bits: modulusBits(key, where) };
  if (oid === rsaPss) return { algorithm: "rsa-pss", bits: modulusBits(key, where) };
  if (oid !== ec) return { algorithm: "other" };
  // Parameters spelt out could be any curve, also one that only looks like a known one.
  if (parameters?.tag !== tags.oid) return { algorithm: "ec", curve: "explicit" };
  const curve = toOid(parameters);
  return curves[curve] ?? { algorithm: "ec", curve };
}

/** RFC 8017 A.1.1: the modulus comes first. */
function modulusBits(key: Uint8Array, where: string): number {
  const outer = new DerReader(key, where);
  const numbers = outer.read(tags.sequence, where).children();
  outer.finish();
  const modulus = toIntegerBytes(numbers.read(tags.integer, where));
  toIntegerBytes(numbers.read(tags.integer, where));
  numbers.finish();
  if ((modulus[0] ?? 0) >= 0x80) throw unreadable(where, "the modulus is negative");
  const first = modulus.findIndex((byte) => byte !== 0);
  return first < 0 ? 1 : (modulus.length - first) * 8 - (Math.clz32(modulus[first] ?? 0) - 24);
}
