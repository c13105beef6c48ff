import type { Finding } from "../decision/reason-codes.ts";
import type { CertificateFacts } from "./certificate-facts.ts";

/**
 * Finds every CA in a path whose path length is exceeded.
 *
 * A limit counts the CAs between that CA and the leaf that are not self-issued; the leaf never
 * counts. The trust anchor's own limit applies too, which is stricter than RFC 5280 §6.1 asks for.
 *
 * @param path leaf first, trust anchor last.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9
 */
export function checkPathLength(path: readonly CertificateFacts[]): readonly Finding[] {
  const findings: Finding[] = [];
  let casBelow = 0;
  for (const { subject, basicConstraints, selfIssued } of path.slice(1)) {
    const limit = basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY;
    if (casBelow > limit) {
      findings.push({
        code: "PATH_LENGTH_EXCEEDED",
        detail: `${subject} allows ${limit} CAs below it; there are ${casBelow}.`,
      });
    }
    if (!selfIssued) casBelow += 1;
  }
  return findings;
}
