import type { Finding } from "../decision/reason-codes.ts";
import type { CertificateFacts } from "./certificate-facts.ts";
import { extensionIds } from "./read-extensions.ts";

/**
 * Looked into by a check of its own, but for the alternative name: a device is known by its
 * certificate and subject, so there is nothing in it to enforce. Certificate policies are not among
 * them, because their qualifiers would have to be understood (RFC 5280 §4.2.1.4).
 */
const processed: readonly string[] = [
  extensionIds.basicConstraints,
  extensionIds.keyUsage,
  extensionIds.extendedKeyUsage,
  extensionIds.subjectAlternativeName,
];

/**
 * Refuses every critical extension that no check looks into, and name constraints however marked:
 * to pass over them would let a CA issue outside of its names.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2
 */
export function checkCriticalExtensions({
  extensions,
  criticalExtensions,
}: Pick<CertificateFacts, "extensions" | "criticalExtensions">): readonly Finding[] {
  return extensions
    .filter(
      (oid) =>
        oid === extensionIds.nameConstraints ||
        (criticalExtensions.includes(oid) && !processed.includes(oid)),
    )
    .map((oid) => ({
      code: "UNKNOWN_CRITICAL_EXTENSION",
      detail: `Extension ${oid} would have to be processed and is not.`,
    }));
}
