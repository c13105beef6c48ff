import type { Finding } from "../decision/reason-codes.ts";
import type { CertificateFacts } from "./certificate-facts.ts";

/**
 * Checks that the key may sign a TLS handshake. Without the extension it may.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2.4
 */
export function checkKeyUsage({ keyUsage }: CertificateFacts): readonly Finding[] {
  if (keyUsage === undefined || keyUsage.includes("digitalSignature")) return [];
  const allowed = keyUsage.join(", ") || "nothing";
  return [{ code: "KEY_USAGE_MISMATCH", detail: `Its key usage allows ${allowed}.` }];
}
