import type { CertificateFacts } from "../rules/certificate/certificate-facts.ts";

/** What an audit record tells of a certificate: enough to find it, nothing that needs hiding. */
export function toCertificateEvidence({ subject, issuer, serial, notAfter }: CertificateFacts): {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notAfter: string;
} {
  return { subject, issuer, serial, notAfter: notAfter.toISOString() };
}
