import { X509Certificate } from "node:crypto";
import { isIssuedBy } from "../certificates/is-issued-by.ts";
import type { CaCertificate, CertificateMode } from "../model.ts";
import { AwsError } from "./aws-error.ts";
import { parseCertificate, requireAcceptable } from "./certificate-input.ts";

const maximumCasOfOneSubject = 10;

/** A certificate by the CA's key whose common name is the registration code. */
interface ProofOfKey {
  readonly verificationPem: string | undefined;
  readonly registrationCode: string | undefined;
}

/** Checks that a certificate may stand as a CA. */
export function checkCa(x509: X509Certificate, at: Date): void {
  if (!x509.ca) {
    throw new AwsError(
      "CertificateValidationException",
      "caCertificate is not a CA: its basicConstraints lack cA",
    );
  }
  requireAcceptable(x509, at);
}

/** In DEFAULT mode whoever registers a CA must prove to hold its key; in SNI_ONLY mode nobody may. */
export function checkCertificateMode(
  mode: CertificateMode,
  ca: X509Certificate,
  { verificationPem, registrationCode }: ProofOfKey,
): void {
  if (mode === "SNI_ONLY") {
    if (verificationPem === undefined) return;
    throw new AwsError(
      "InvalidRequestException",
      "verificationCertificate must be empty when certificateMode is SNI_ONLY",
    );
  }
  if (verificationPem === undefined) {
    throw new AwsError(
      "InvalidRequestException",
      "verificationCertificate must not be empty when certificateMode is DEFAULT",
    );
  }
  const verification = parseCertificate(verificationPem, "verificationCertificate");
  if (!isIssuedBy(verification, ca)) {
    throw new AwsError(
      "CertificateValidationException",
      "verificationCertificate is not signed by caCertificate",
    );
  }
  const commonName = `CN=${registrationCode}`;
  if (registrationCode === undefined || !verification.subject.split("\n").includes(commonName)) {
    throw new AwsError(
      "RegistrationCodeValidationException",
      "The common name of verificationCertificate is not the registration code of this account",
    );
  }
}

/** Checks that not too many CAs have the same subject. */
export function checkSubjectLimit(registered: readonly CaCertificate[], ca: X509Certificate): void {
  const same = registered.filter(
    ({ certificatePem }) => new X509Certificate(certificatePem).subject === ca.subject,
  );
  if (same.length >= maximumCasOfOneSubject) {
    throw new AwsError(
      "LimitExceededException",
      `At most ${maximumCasOfOneSubject} CA certificates may have the same subject`,
    );
  }
}
