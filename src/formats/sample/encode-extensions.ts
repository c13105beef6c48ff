import { hash } from "node:crypto";
import { bitString, encodeDer, ia5, integer, oid, sequence } from "./encode-der.ts";
import { encodeName, type SampleName } from "./sample-name.ts";

/** The value of key usage, its number of unused bits first (RFC 5280 §4.2.1.3). */
export type KeyUsage = readonly [unused: number, bits: number];

export const keyUsages = {
  sign: [7, 0x80],
  signAndAgree: [3, 0x88],
  signAndEncipher: [5, 0xa0],
  issue: [1, 0x06],
  signAndIssue: [1, 0x86],
} as const satisfies Readonly<Record<string, KeyUsage>>;

/** One of those that every vendor has, or one that is encoded already. */
export type SampleExtension =
  | "basicConstraints"
  | "keyUsage"
  | "subjectKeyId"
  | "authorityKeyId"
  | Buffer;

export const usualExtensions = [
  "basicConstraints",
  "keyUsage",
  "subjectKeyId",
  "authorityKeyId",
] as const satisfies readonly SampleExtension[];

export interface ExtensionValues {
  /** Of a CA; without it the certificate is a leaf's. */
  readonly ca?: { readonly pathLength?: number };
  readonly keyUsage: KeyUsage;
  readonly keyId: Buffer;
  readonly issuerKeyId: Buffer;
}

const isTrue = encodeDer(0x01, Buffer.of(0xff));

/** Encodes extensions in the order given, which differs from vendor to vendor. */
export function encodeExtensions(
  order: readonly SampleExtension[],
  { ca, keyUsage: [unused, bits], keyId, issuerKeyId }: ExtensionValues,
): readonly Buffer[] {
  const pathLength = ca?.pathLength === undefined ? [] : [integer(Buffer.of(ca.pathLength))];
  const usual = {
    basicConstraints: () =>
      extension("551d13", sequence(...(ca ? [isTrue, ...pathLength] : [])), isTrue),
    keyUsage: () => extension("551d0f", bitString(Buffer.of(bits), unused), isTrue),
    subjectKeyId: () => extension("551d0e", encodeDer(0x04, keyId)),
    authorityKeyId: () => extension("551d23", sequence(encodeDer(0x80, issuerKeyId))),
  };
  return order.map((each) => (typeof each === "string" ? usual[each]() : each));
}

function extension(id: string, value: Buffer, critical?: Buffer): Buffer {
  return sequence(oid(id), critical ?? Buffer.of(), encodeDer(0x04, value));
}

/** Where the issuer's certificate is (RFC 5280 §4.2.2.1). */
export function authorityInfoAccess(url: string): Buffer {
  return extension(
    "2b06010505070101",
    sequence(sequence(oid("2b06010505073002"), encodeDer(0x86, ia5(url)))),
  );
}

/** Where the issuer's CRL is (RFC 5280 §4.2.1.13). */
export function crlDistributionPoint(url: string): Buffer {
  const name = encodeDer(0xa0, encodeDer(0xa0, encodeDer(0x86, ia5(url))));
  return extension("551d1f", sequence(sequence(name)));
}

/** @param id the content of the policy's OBJECT IDENTIFIER, in hex (RFC 5280 §4.2.1.4). */
export function certificatePolicy(id: string): Buffer {
  return extension("551d20", sequence(sequence(oid(id))));
}

/** A further name of the device (RFC 5280 §4.2.1.6). */
export function alternativeName(name: SampleName): Buffer {
  return extension("551d11", sequence(encodeDer(0xa4, encodeName(name))));
}

const p256Bytes = 91;
const p384Bytes = 120;
const pointAt = { [p256Bytes]: 26, [p384Bytes]: 23 } as Readonly<Record<number, number>>;
const rsaAt = 24;

/** SHA-1 of the key, without what says of which kind it is (RFC 5280 §4.2.1.2). */
export function toKeyId(spki: Buffer): Buffer {
  return hash("sha1", spki.subarray(pointAt[spki.length] ?? rsaAt), "buffer");
}
