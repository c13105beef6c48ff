import "reflect-metadata";
import type { KeyObject, X509Certificate } from "node:crypto";
import { X509Certificate as PeculiarCertificate } from "@peculiar/x509";

/**
 * Keys and signatures that AWS IoT registers.
 * https://docs.aws.amazon.com/iot/latest/developerguide/x509-client-certs.html
 */
const minimumRsaBits = 2048;
const curves: readonly (string | undefined)[] = ["prime256v1", "secp384r1", "secp521r1"];
const signatureOids: readonly string[] = [
  "1.2.840.113549.1.1.11", // sha256WithRSAEncryption
  "1.2.840.113549.1.1.12", // sha384WithRSAEncryption
  "1.2.840.113549.1.1.13", // sha512WithRSAEncryption
  "1.2.840.10045.4.3.2", // ecdsa-with-SHA256
  "1.2.840.10045.4.3.3", // ecdsa-with-SHA384
  "1.2.840.10045.4.3.4", // ecdsa-with-SHA512
  "2.16.840.1.101.3.4.3.2", // dsa-with-sha256
];
const rsassaPssOid = "1.2.840.113549.1.1.10";
const pssHashes: readonly string[] = ["SHA-256", "SHA-384", "SHA-512"];

/**
 * Checks what AWS IoT asks of any certificate at its registration: key, signature, validity.
 *
 * @returns why it is not acceptable, as a sentence; undefined when it is.
 */
export function checkAcceptable(certificate: X509Certificate, now: Date): string | undefined {
  if (!isKeyAccepted(certificate)) {
    return "The key must be RSA of at least 2048 bits, or EC on P-256, P-384 or P-521";
  }
  if (!isSignatureAccepted(certificate)) {
    return "The signature algorithm must be RSA, RSASSA-PSS or ECDSA with SHA-256, 384 or 512";
  }
  if (now < certificate.validFromDate) return "The certificate is not valid yet";
  if (now > certificate.validToDate) return "The certificate has expired";
  return undefined;
}

/** Whether AWS IoT takes a key of this kind and size. */
export function isKeyAccepted({ publicKey }: { readonly publicKey: KeyObject }): boolean {
  const { modulusLength = 0, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  switch (publicKey.asymmetricKeyType) {
    case "rsa":
    case "rsa-pss":
      return modulusLength >= minimumRsaBits;
    case "ec":
      return curves.includes(namedCurve);
    default:
      return false;
  }
}

function isSignatureAccepted(certificate: X509Certificate): boolean {
  if (certificate.signatureAlgorithmOid !== rsassaPssOid) {
    return signatureOids.includes(certificate.signatureAlgorithmOid);
  }
  // Node does not show the hash, which is a parameter of the algorithm (RFC 4055 section 3.1).
  const { hash } = new PeculiarCertificate(certificate.raw).signatureAlgorithm;
  return pssHashes.includes(hash.name);
}
