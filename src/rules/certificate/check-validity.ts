import type { Finding } from "../decision/reason-codes.ts";
import type { CertificateFacts } from "./certificate-facts.ts";

/** "No well-defined expiration date" (RFC 5280 §4.1.2.5). */
const never = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * Checks that `now` is within the validity, both bounds included; the second of notAfter counts to
 * its end.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5
 */
export function checkValidity(
  { notBefore, notAfter }: CertificateFacts,
  now: Date,
): readonly Finding[] {
  const time = now.getTime();
  const findings: Finding[] = [];
  // Negated, so that an invalid date is refused.
  if (!(time >= notBefore.getTime())) {
    findings.push({
      code: "CERTIFICATE_NOT_YET_VALID",
      detail: `It is valid from ${notBefore.toISOString()}; now is ${toText(now)}.`,
    });
  }
  if (notAfter.getTime() !== never && !(time < notAfter.getTime() + 1000)) {
    findings.push({
      code: "CERTIFICATE_EXPIRED",
      detail: `It was valid until ${notAfter.toISOString()}; now is ${toText(now)}.`,
    });
  }
  return findings;
}

function toText(time: Date): string {
  return Number.isNaN(time.getTime()) ? "unknown" : time.toISOString();
}
