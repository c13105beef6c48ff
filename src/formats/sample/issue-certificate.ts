import { hash, type KeyObject, randomBytes, sign } from "node:crypto";
import { bitString, encodeDer, integer, oid, sequence, time, utf8 } from "./encode-der.ts";
import { createHeldKey, type SampleKey, type SampleKeyKind } from "./sample-key.ts";

/** Subject attributes in the order to be encoded: `[["O", "Acme"], ["CN", "0123"]]`. */
export type SampleName = readonly (readonly [type: keyof typeof attributeTypes, value: string])[];

const attributeTypes = {
  C: "550406",
  ST: "550408",
  O: "55040a",
  OU: "55040b",
  CN: "550403",
} as const;
const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));
const sha256WithRsa = sequence(oid("2a864886f70d01010b"), encodeDer(0x05));

export interface SampleCa {
  readonly der: Buffer;
  readonly name: SampleName;
  readonly keyId: Buffer;
  readonly privateKey: KeyObject;
}

export interface SampleCertificateSpec {
  readonly subject: SampleName;
  readonly key: Pick<SampleKey, "spki">;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly ca?: { readonly pathLength: number } | "without-constraints";
  readonly isCa?: boolean;
  /** The value of key usage, its number of unused bits first (RFC 5280 §4.2.1.3). */
  readonly keyUsage: readonly [unused: number, bits: number];
}

/** Digital signature; with key agreement; signing of certificates and CRLs. */
export const keyUsages = { sign: [7, 0x80], signAndAgree: [3, 0x88], issue: [1, 0x06] } as const;

/** Signs a certificate; every call gives another serial number. */
export function issueCertificate(
  issuer: Pick<SampleCa, "name" | "keyId" | "privateKey">,
  spec: SampleCertificateSpec,
): Buffer {
  const algorithm = issuer.privateKey.asymmetricKeyType === "rsa" ? sha256WithRsa : ecdsaWithSha256;
  const tbs = sequence(
    encodeDer(0xa0, integer(Buffer.of(2))),
    integer(createSerial()),
    algorithm,
    encodeName(issuer.name),
    sequence(time(spec.notBefore), time(spec.notAfter)),
    encodeName(spec.subject),
    spec.key.spki,
    encodeDer(0xa3, sequence(...encodeExtensions(spec, issuer.keyId))),
  );
  return sequence(tbs, algorithm, bitString(sign("sha256", tbs, issuer.privateKey)));
}

/** Makes a CA: self-signed, or under `issuer`. */
export function createSampleCa({
  name,
  keys = "ec",
  issuer,
  pathLength,
  validity,
}: {
  readonly name: SampleName;
  readonly keys?: SampleKeyKind;
  readonly issuer?: SampleCa;
  readonly pathLength: number;
  readonly validity: Pick<SampleCertificateSpec, "notBefore" | "notAfter">;
}): SampleCa {
  const key = createHeldKey(keys);
  const ca = { name, keyId: toKeyId(key.spki), privateKey: key.privateKey };
  const spec = { subject: name, key, ...validity, isCa: true, keyUsage: keyUsages.issue };
  return { ...ca, der: issueCertificate(issuer ?? ca, { ...spec, ca: { pathLength } }) };
}

/** 16 bytes whose first two bits are 01: positive, and of one length. */
function createSerial(): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}

function encodeName(name: SampleName): Buffer {
  const parts = name.map(([type, value]) =>
    encodeDer(0x31, sequence(oid(attributeTypes[type]), utf8(value))),
  );
  return sequence(...parts);
}

/** SHA-1 of the key, without what says of which kind it is (RFC 5280 §4.2.1.2). */
export function toKeyId(spki: Buffer): Buffer {
  const start = spki.length === p256Bytes ? 26 : 24;
  return hash("sha1", spki.subarray(start), "buffer");
}

const p256Bytes = 91;
const isTrue = encodeDer(0x01, Buffer.of(0xff));

function encodeExtensions(
  { key, ca, isCa = false, keyUsage: [unused, bits] }: SampleCertificateSpec,
  issuerKeyId: Buffer,
): readonly Buffer[] {
  const pathLength = typeof ca === "object" ? [integer(Buffer.of(ca.pathLength))] : [];
  const constraints = sequence(...(isCa ? [isTrue] : []), ...pathLength);
  const keyId = encodeDer(0x04, toKeyId(key.spki));
  return [
    extension("551d13", constraints, isTrue),
    extension("551d0f", bitString(Buffer.of(bits), unused), isTrue),
    extension("551d0e", keyId),
    extension("551d23", sequence(encodeDer(0x80, issuerKeyId))),
  ];
}

function extension(id: string, value: Buffer, critical?: Buffer): Buffer {
  return sequence(oid(id), critical ?? Buffer.of(), encodeDer(0x04, value));
}
