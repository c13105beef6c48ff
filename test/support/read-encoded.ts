import type { CertificateFacts } from "../../src/rules/certificate/certificate-facts.ts";
import { toCertificateFacts } from "../../src/rules/certificate/to-certificate-facts.ts";
import { MusterError } from "../../src/rules/errors.ts";
import { type CertificateParts, encodeCertificate } from "./encode-der.ts";

/** Reads a certificate that is well formed but for the parts given. */
export function readEncoded(deviations: Partial<CertificateParts>): CertificateFacts {
  return toCertificateFacts(encodeCertificate(deviations));
}

/** @returns where reading it fails; undefined when it does not. */
export function refusedAt(deviations: Partial<CertificateParts>): unknown {
  try {
    readEncoded(deviations);
    return undefined;
  } catch (error) {
    if (error instanceof MusterError && error.code === "CERTIFICATE_UNREADABLE") {
      return error.details["where"];
    }
    throw error;
  }
}
