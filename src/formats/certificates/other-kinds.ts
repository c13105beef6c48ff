import { DerReader, tags } from "../../rules/certificate/der.ts";
import { MusterError } from "../../rules/errors.ts";
import type { ManifestProblemCode } from "../manifest-problems.ts";

interface OtherKind {
  readonly code: ManifestProblemCode;
  /** For people, with its article. */
  readonly name: string;
}

const request: OtherKind = {
  code: "REQUEST_NOT_CERTIFICATE",
  name: "a certificate signing request",
};
const publicKey: OtherKind = { code: "NOT_A_CERTIFICATE", name: "a public key" };
const revocationList: OtherKind = {
  code: "NOT_A_CERTIFICATE",
  name: "a list of revoked certificates",
};

const message: OtherKind = {
  code: "NOT_A_CERTIFICATE",
  name: "a PKCS#7 or CMS message that no certificates can be taken from",
};

/** 1.2.840.113549.1.7, by which the types of such messages begin (RFC 5652 §14), in a SEQUENCE; in hex. */
const messageStart = /^30(?:[0-7].|8[01].{0,2}|82.{4}|83.{6})06092a864886f70d0107/;

const kinds: readonly (readonly [shape: RegExp, kind: OtherKind])[] = [
  // Version, subject, key, attributes (RFC 2986 §4.1).
  [/^02 30 30(?: a0)?$/, request],
  // Version, algorithm, issuer, time (RFC 5280 §5.1).
  [/^(?:02 )?30 30 (?:17|18)\b/, revocationList],
  // Algorithm, of which this is the inside (RFC 5280 §4.1.2.7).
  [/^06(?: [0-9a-f]{2})?$/, publicKey],
];

/** Tells what certificates are mixed up with, by which elements are in the first of its parts. */
export function toOtherKind(der: Uint8Array): OtherKind | undefined {
  const start = Buffer.from(der.buffer, der.byteOffset, Math.min(der.length, 20));
  if (messageStart.test(start.toString("hex"))) return message;
  const shape = shapeOf(der);
  return shape === undefined ? undefined : kinds.find(([pattern]) => pattern.test(shape))?.[1];
}

const maxElements = 8;

/** @returns the tags within the first element in the outermost one. */
function shapeOf(der: Uint8Array): string | undefined {
  try {
    const outer = new DerReader(der, "outer").read(tags.sequence, "outer").children();
    const inner = outer.read(tags.sequence, "inner").children();
    const found: string[] = [];
    while (!inner.done && found.length < maxElements) {
      found.push(inner.next("element").tag.toString(16).padStart(2, "0"));
    }
    return found.join(" ");
  } catch (error) {
    if (error instanceof MusterError) return undefined;
    throw error;
  }
}
