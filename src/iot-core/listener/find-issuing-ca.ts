import { X509Certificate } from "node:crypto";
import { isIssuedBy } from "../certificates/is-issued-by.ts";
import type { CaCertificate } from "../model.ts";

type IssuerRefusal =
  | "AUTO_REGISTRATION_DISABLED"
  | "CA_INACTIVE"
  | "ISSUER_NOT_REGISTERED"
  | "ISSUER_SIGNATURE_INVALID";

type IssuingCa = { readonly caCertificateId: string } | { readonly refusal: IssuerRefusal };

export type FindIssuingCa = (certificate: X509Certificate) => IssuingCa;

/**
 * Builds the search for the CA under which a certificate is registered at its first connect: the
 * direct issuer, ACTIVE and with auto-registration. Several CAs may have the issuer's name; the
 * signature tells which it is.
 */
export function createFindIssuingCa(caCertificates: () => readonly CaCertificate[]): FindIssuingCa {
  const parsed = new Map<string, X509Certificate>();
  const parse = (ca: CaCertificate) => {
    const certificate = parsed.get(ca.certificateId) ?? new X509Certificate(ca.certificatePem);
    parsed.set(ca.certificateId, certificate);
    return certificate;
  };

  return (certificate) => {
    const sameName = caCertificates().filter((ca) => parse(ca).subject === certificate.issuer);
    if (sameName.length === 0) return { refusal: "ISSUER_NOT_REGISTERED" };
    const issuers = sameName.filter((ca) => isIssuedBy(certificate, parse(ca)));
    if (issuers.length === 0) return { refusal: "ISSUER_SIGNATURE_INVALID" };
    const active = issuers.filter((ca) => ca.status === "ACTIVE");
    if (active.length === 0) return { refusal: "CA_INACTIVE" };
    const ca = active.find(({ autoRegistrationStatus }) => autoRegistrationStatus === "ENABLE");
    return ca === undefined
      ? { refusal: "AUTO_REGISTRATION_DISABLED" }
      : { caCertificateId: ca.certificateId };
  };
}
