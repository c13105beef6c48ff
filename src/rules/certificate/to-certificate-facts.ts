import { hash } from "node:crypto";
import type { CertificateFacts } from "./certificate-facts.ts";
import {
  type DerElement,
  DerReader,
  tags,
  toBitString,
  toIntegerBytes,
  toSmallInteger,
  unreadable,
} from "./der.ts";
import { readExtensions } from "./read-extensions.ts";
import { readName } from "./read-name.ts";
import { readPublicKey } from "./read-public-key.ts";
import { readSignatureAlgorithm } from "./read-signature-algorithm.ts";
import { readValidity } from "./read-validity.ts";
import { rememberByBytes } from "./remember-by-bytes.ts";
import { toCertificateId } from "./to-certificate-id.ts";

const maxCertificateBytes = 16 * 1024;
/** RFC 5280 §4.1.2.2 allows 20; more are seen, yet a serial has to fit into a database key. */
const maxSerialBytes = 64;

/**
 * Reads a certificate, strictly: what is not X.509 in DER throughout is refused, not guessed at.
 *
 * Nothing is judged here; that is for the checks.
 *
 * @throws MusterError CERTIFICATE_UNREADABLE, `details` saying where.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function toCertificateFacts(der: Uint8Array): CertificateFacts {
  if (der.length > maxCertificateBytes) {
    throw unreadable(
      "certificate",
      `it has ${der.length} bytes; ${maxCertificateBytes} is the limit`,
    );
  }
  const outer = new DerReader(der, "certificate");
  const certificate = outer.read(tags.sequence, "certificate").children();
  outer.finish();
  const tbs = certificate.read(tags.sequence, "tbsCertificate");
  const algorithm = certificate.read(tags.sequence, "signatureAlgorithm");
  toBitString(certificate.read(tags.bitString, "signatureValue"));
  certificate.finish();
  return { certificateId: toCertificateId(der), ...readTbsCertificate(tbs, algorithm) };
}

function readTbsCertificate(
  tbs: DerElement,
  outerAlgorithm: DerElement,
): Omit<CertificateFacts, "certificateId"> {
  const fields = tbs.children();
  const version = readVersion(fields);
  const serial = toSerial(fields.read(tags.integer, "serialNumber"));
  const algorithm = fields.read(tags.sequence, "signature");
  // RFC 5280 §4.1.1.2. Only the inner one is signed.
  if (Buffer.compare(algorithm.der, outerAlgorithm.der) !== 0) {
    throw unreadable("signatureAlgorithm", "it differs from the one that is signed");
  }
  const issuer = fields.read(tags.sequence, "issuer");
  const validity = readValidity(fields.read(tags.sequence, "validity"));
  const subject = fields.read(tags.sequence, "subject");
  const publicKey = fields.read(tags.sequence, "subjectPublicKeyInfo");
  if (version > 1) {
    fields.readOptional(0x81, "issuerUniqueID");
    fields.readOptional(0x82, "subjectUniqueID");
  }
  const extensions = version === 3 ? fields.readOptional(0xa3, "extensions") : undefined;
  fields.finish();
  const subjectName = readName(subject);
  const issuerName = readIssuer(issuer.der);
  const subjectNameSha256 = hash("sha256", subject.der, "hex");
  return {
    subject: subjectName.text,
    issuer: issuerName.text,
    subjectAttributes: subjectName.attributes,
    issuerNameSha256: issuerName.sha256,
    subjectNameSha256,
    selfIssued: issuerName.sha256 === subjectNameSha256,
    serial,
    ...validity,
    key: readPublicKey(publicKey),
    publicKeySha256: hash("sha256", publicKey.der, "hex"),
    signatureAlgorithm: readSignatureAlgorithm(algorithm),
    ...(extensions
      ? readExtensions(explicit(extensions, tags.sequence))
      : { extensions: [], criticalExtensions: [] }),
  };
}

/** Thousands of certificates have one issuer. */
const readIssuer = rememberByBytes(
  (der) => {
    const name = new DerReader(der, "issuer").read(tags.sequence, "issuer");
    return { text: readName(name).text, sha256: hash("sha256", der, "hex") };
  },
  { entries: 256, bytes: 1024 },
);

/** @returns 1, 2 or 3. */
function readVersion(fields: DerReader): number {
  const tagged = fields.readOptional(0xa0, "version");
  if (tagged === undefined) return 1;
  const version = toSmallInteger(explicit(tagged, tags.integer)) + 1;
  if (version > 3) throw unreadable("version", `there is no version ${version}`);
  return version;
}

/** What is inside of an EXPLICIT tag. */
function explicit(tagged: DerElement, tag: number): DerElement {
  const children = tagged.children();
  const element = children.read(tag, tagged.where);
  children.finish();
  return element;
}

/** A negative number, which some issuers have made, keeps its bytes as they are (RFC 5280 §4.1.2.2). */
function toSerial(element: DerElement): string {
  const bytes = toIntegerBytes(element);
  const unsigned = bytes.length > 1 && bytes[0] === 0 ? bytes.subarray(1) : bytes;
  if (unsigned.length > maxSerialBytes) throw unreadable("serialNumber", "it is too long");
  return Buffer.from(unsigned).toString("hex");
}
