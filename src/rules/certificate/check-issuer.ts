import type { Finding } from "../decision/reason-codes.ts";
import type { CertificateFacts } from "./certificate-facts.ts";
import { checkCriticalExtensions } from "./check-critical-extensions.ts";
import { checkKey } from "./check-key.ts";
import { checkSignatureAlgorithm } from "./check-signature-algorithm.ts";
import { checkValidity } from "./check-validity.ts";

/**
 * Checks that a certificate in a path may have issued the one before it.
 *
 * A trust anchor is held to the same, but for its own signature, on which nothing depends. RFC 5280
 * §6.1 would take its name and key alone; so a device's certificate that was trusted by mistake, or
 * an expired CA, issues nothing.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1.4
 */
export function checkIssuer(
  ca: CertificateFacts,
  { trusted, now }: { readonly trusted: boolean; readonly now: Date },
): readonly Finding[] {
  const details = [
    ...checkMayIssue(ca),
    ...[
      ...checkValidity(ca, now),
      ...checkKey(ca),
      ...(trusted ? [] : checkSignatureAlgorithm(ca)),
      ...checkCriticalExtensions(ca),
    ].map(({ detail }) => detail),
  ];
  return details.map((detail) => ({ code: "ISSUER_INVALID", detail: `${ca.subject}: ${detail}` }));
}

function checkMayIssue({ basicConstraints, keyUsage }: CertificateFacts): readonly string[] {
  if (!basicConstraints?.ca) return ["Its basic constraints do not say that it is a CA."];
  if (keyUsage === undefined || keyUsage.includes("keyCertSign")) return [];
  return ["Its key usage does not allow keyCertSign."];
}
