import { X509Certificate } from "node:crypto";
import { checkAcceptable } from "../certificates/check-acceptable.ts";
import { AwsError } from "./aws-error.ts";

/**
 * Reads a PEM that must hold one certificate and nothing more.
 *
 * @throws CertificateValidationException
 */
export function parseCertificate(pem: string, field: string): X509Certificate {
  if (pem.split("-----BEGIN ").length !== 2) {
    throw refused(`${field} must hold exactly one certificate in PEM`);
  }
  try {
    return new X509Certificate(pem);
  } catch {
    throw refused(`${field} holds no readable X.509 certificate`);
  }
}

/**
 * Refuses a certificate that AWS IoT would not register.
 *
 * @throws CertificateValidationException
 */
export function requireAcceptable(certificate: X509Certificate, now: Date): void {
  const fault = checkAcceptable(certificate, now);
  if (fault !== undefined) throw refused(fault);
}

function refused(message: string): AwsError {
  return new AwsError("CertificateValidationException", message);
}
