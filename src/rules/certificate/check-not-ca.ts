import type { Finding } from "../decision/reason-codes.ts";
import type { CertificateFacts } from "./certificate-facts.ts";

/**
 * Checks that a device's certificate is no CA. Without basic constraints it is none.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9
 */
export function checkNotCa({ basicConstraints }: CertificateFacts): readonly Finding[] {
  if (!basicConstraints?.ca) return [];
  return [{ code: "CERTIFICATE_IS_CA", detail: "Its basic constraints say that it is a CA." }];
}
