import { type KeyObject, X509Certificate } from "node:crypto";
import type { CertificateFacts } from "./certificate-facts.ts";
import { unreadable } from "./der.ts";
import { toCertificateFacts } from "./to-certificate-facts.ts";
import { verifySignature } from "./verify-signature.ts";

/** A certificate's facts, beside what OpenSSL needs to verify signatures on and by it. */
export interface SignedCertificate {
  readonly facts: CertificateFacts;
  readonly der: Uint8Array;
  readonly x509: X509Certificate;
}

/**
 * @param facts where they have been read already.
 * @throws MusterError CERTIFICATE_UNREADABLE
 */
export function readSignedCertificate(
  der: Uint8Array,
  facts = toCertificateFacts(der),
): SignedCertificate {
  return { facts, der, x509: toX509(der) };
}

/**
 * The same for a certificate whose facts have been read: OpenSSL gets to see it only where it is
 * needed. @throws MusterError CERTIFICATE_UNREADABLE, from then on.
 */
export function toSignedCertificate(der: Uint8Array, facts: CertificateFacts): SignedCertificate {
  return new UnparsedCertificate(der, facts);
}

class UnparsedCertificate implements SignedCertificate {
  readonly der: Uint8Array;
  readonly facts: CertificateFacts;
  #x509: X509Certificate | undefined;

  constructor(der: Uint8Array, facts: CertificateFacts) {
    this.der = der;
    this.facts = facts;
  }

  get x509(): X509Certificate {
    this.#x509 ??= toX509(this.der);
    return this.#x509;
  }
}

/** Whether a certificate gives this one as its issuer; compared as encoded. */
export function isNamedAsIssuer(issuer: SignedCertificate, { facts }: SignedCertificate): boolean {
  return issuer.facts.subjectNameSha256 === facts.issuerNameSha256;
}

/** Whether the issuer's key made the signature on a certificate; names are not looked at. */
export function isSignedBy(certificate: SignedCertificate, issuer: SignedCertificate): boolean {
  const key = readPublicKey(issuer);
  if (key === undefined) return false;
  const { der, facts } = certificate;
  return verifySignature(der, facts, key) ?? certificate.x509.verify(key);
}

/** The key that a certificate is of; undefined where OpenSSL cannot read it. */
export function readPublicKey({ x509 }: SignedCertificate): KeyObject | undefined {
  try {
    return x509.publicKey;
  } catch {
    return undefined; // What OpenSSL cannot read as a key has signed nothing it could verify.
  }
}

/** Node looks for PEM first, also inside of DER: what it read has to be what was given. */
function toX509(der: Uint8Array): X509Certificate {
  let x509: X509Certificate;
  try {
    x509 = new X509Certificate(der);
  } catch (cause) {
    throw unreadable("certificate", "OpenSSL refuses it", cause);
  }
  if (!x509.raw.equals(der)) throw unreadable("certificate", "it has another one in PEM inside");
  return x509;
}
