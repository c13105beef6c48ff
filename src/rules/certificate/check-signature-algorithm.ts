import type { Finding } from "../decision/reason-codes.ts";
import type { CertificateFacts } from "./certificate-facts.ts";

/**
 * The signatures on certificates that AWS IoT accepts.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/x509-client-certs.html
 */
export const awsSignatureAlgorithms = [
  "sha256WithRSA",
  "sha384WithRSA",
  "sha512WithRSA",
  "rsassaPss",
  "ecdsaWithSha256",
  "ecdsaWithSha384",
  "ecdsaWithSha512",
  "dsaWithSha256",
] as const;

export type AwsSignatureAlgorithm = (typeof awsSignatureAlgorithms)[number];

/** Checks how the certificate is signed against what AWS IoT accepts, or the part of it given. */
export function checkSignatureAlgorithm(
  { signatureAlgorithm }: Pick<CertificateFacts, "signatureAlgorithm">,
  allowed: readonly AwsSignatureAlgorithm[] = awsSignatureAlgorithms,
): readonly Finding[] {
  if (allowed.some((algorithm) => algorithm === signatureAlgorithm)) return [];
  return [
    {
      code: "SIGNATURE_ALGORITHM_NOT_ALLOWED",
      detail: `It is signed with ${signatureAlgorithm}; allowed are ${allowed.join(", ")}.`,
    },
  ];
}
