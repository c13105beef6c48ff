import { X509Certificate } from "node:crypto";
import { isIssuedBy } from "../certificates/is-issued-by.ts";
import type { CaCertificate } from "../model.ts";
import { certificateIdOf } from "../registry/certificate-id.ts";
import { AwsError } from "./aws-error.ts";
import { parseCertificate } from "./certificate-input.ts";

/**
 * Finds the registered CA that issued a device certificate.
 *
 * Where several registered CAs have the issuer's name, AWS wants to be told which one it was, even
 * if only one of their keys made the signature.
 */
export function findIssuer(
  certificate: X509Certificate,
  registered: readonly CaCertificate[],
  caCertificatePem: string | undefined,
): CaCertificate {
  const candidates =
    caCertificatePem === undefined
      ? registered.filter((ca) => readCa(ca).subject === certificate.issuer)
      : findRegistered(caCertificatePem, registered);
  const [issuer, ...others] = candidates;
  if (others.length > 0) {
    throw new AwsError(
      "CertificateConflictException",
      "Several registered CA certificates have the issuer's subject; caCertificatePem must say which one signed",
    );
  }
  if (issuer === undefined || !isIssuedBy(certificate, readCa(issuer))) {
    throw new AwsError(
      "CertificateValidationException",
      "The certificate is not signed by a registered CA certificate",
    );
  }
  if (issuer.status !== "ACTIVE") {
    throw new AwsError("CertificateStateException", "The CA certificate is not ACTIVE");
  }
  return issuer;
}

function findRegistered(pem: string, registered: readonly CaCertificate[]) {
  const id = certificateIdOf(parseCertificate(pem, "caCertificatePem"));
  return registered.filter((ca) => ca.certificateId === id);
}

function readCa(ca: CaCertificate): X509Certificate {
  return new X509Certificate(ca.certificatePem);
}
