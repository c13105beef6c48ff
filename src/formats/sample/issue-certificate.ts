import { type KeyObject, randomBytes, sign } from "node:crypto";
import { bitString, encodeDer, integer, oid, sequence, time } from "./encode-der.ts";
import {
  encodeExtensions,
  type KeyUsage,
  keyUsages,
  type SampleExtension,
  toKeyId,
  usualExtensions,
} from "./encode-extensions.ts";
import { createHeldKey, type SampleKey, type SampleKeyKind } from "./sample-key.ts";
import { encodeName, type SampleName } from "./sample-name.ts";

/** RFC 5758 §3.2, RFC 8017 appendix A.2.4. */
const algorithms = {
  p256: { id: sequence(oid("2a8648ce3d040302")), digest: "sha256" },
  p384: { id: sequence(oid("2a8648ce3d040303")), digest: "sha384" },
  rsa: { id: sequence(oid("2a864886f70d01010b"), encodeDer(0x05)), digest: "sha256" },
} as const;

export interface SampleCa {
  readonly der: Buffer;
  readonly name: SampleName;
  readonly keyId: Buffer;
  readonly privateKey: KeyObject;
}

export interface SampleValidity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** What differs from vendor to vendor in how a certificate is written. */
export interface SampleStyle {
  /** In their order; default: those that every vendor has. */
  readonly extensions?: readonly SampleExtension[];
  readonly keyUsage?: KeyUsage;
  /** Default 16. */
  readonly serialBytes?: number;
  /** Its end is GeneralizedTime even before 2050. */
  readonly end?: "generalized";
}

export interface SampleCertificateSpec extends SampleStyle {
  readonly subject: SampleName;
  readonly key: Pick<SampleKey, "spki">;
  readonly validity: SampleValidity;
  /** Of a CA; without it the certificate is a leaf's. */
  readonly ca?: { readonly pathLength?: number };
}

/** Signs a certificate; every call gives another serial number. */
export function issueCertificate(
  issuer: Pick<SampleCa, "name" | "keyId" | "privateKey">,
  spec: SampleCertificateSpec,
): Buffer {
  const { ca, validity, extensions = usualExtensions, keyUsage = keyUsages.sign } = spec;
  const { id, digest } = toAlgorithm(issuer.privateKey);
  const keyId = toKeyId(spec.key.spki);
  const values = { keyUsage, keyId, issuerKeyId: issuer.keyId, ...(ca && { ca }) };
  const tbs = sequence(
    encodeDer(0xa0, integer(Buffer.of(2))),
    integer(createSerial(spec.serialBytes)),
    id,
    encodeName(issuer.name),
    sequence(time(validity.notBefore), time(validity.notAfter, spec.end)),
    encodeName(spec.subject),
    spec.key.spki,
    encodeDer(0xa3, sequence(...encodeExtensions(extensions, values))),
  );
  return sequence(tbs, id, bitString(sign(digest, tbs, issuer.privateKey)));
}

function toAlgorithm({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) {
  if (asymmetricKeyType === "rsa") return algorithms.rsa;
  return asymmetricKeyDetails?.namedCurve === "secp384r1" ? algorithms.p384 : algorithms.p256;
}

export interface SampleCaSpec extends SampleStyle {
  readonly name: SampleName;
  readonly keys?: SampleKeyKind;
  /** Without one it signs itself. */
  readonly issuer?: SampleCa;
  readonly pathLength: number;
  readonly validity: SampleValidity;
}

/** Makes a CA. */
export function createSampleCa(given: SampleCaSpec): SampleCa {
  const { name, keys = "ec", issuer, pathLength, ...style } = given;
  const key = createHeldKey(keys);
  const ca = { name, keyId: toKeyId(key.spki), privateKey: key.privateKey };
  const spec = { keyUsage: keyUsages.issue, ...style, subject: name, key, ca: { pathLength } };
  return { ...ca, der: issueCertificate(issuer ?? ca, spec) };
}

const usualSerialBytes = 16;

/** Its first two bits are 01: positive, and of one length. */
function createSerial(bytes = usualSerialBytes): Buffer {
  const serial = randomBytes(bytes);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}
