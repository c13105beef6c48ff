import type { X509Certificate } from "node:crypto";

/** Checks that a certificate names the CA as its issuer and that the CA's key signed it. */
export function isIssuedBy(certificate: X509Certificate, ca: X509Certificate): boolean {
  return certificate.checkIssued(ca) && certificate.verify(ca.publicKey);
}
