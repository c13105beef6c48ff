import type { Finding } from "../decision/reason-codes.ts";
import type { CertificateFacts } from "./certificate-facts.ts";

const clientAuth = "1.3.6.1.5.5.7.3.2";
const anyExtendedKeyUsage = "2.5.29.37.0";

/**
 * Checks that the certificate may authenticate a TLS client.
 *
 * @param required also refuse a certificate without the extension, which restricts nothing.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12
 */
export function checkExtendedKeyUsage(
  { extendedKeyUsage }: CertificateFacts,
  required = false,
): readonly Finding[] {
  if (extendedKeyUsage === undefined) {
    return required
      ? mismatch("It has no extended key usage; the profile requires clientAuth.")
      : [];
  }
  if (extendedKeyUsage.some((oid) => oid === clientAuth || oid === anyExtendedKeyUsage)) return [];
  const allowed = extendedKeyUsage.join(", ") || "nothing";
  return mismatch(`Its extended key usage allows ${allowed}, not clientAuth (${clientAuth}).`);
}

function mismatch(detail: string): readonly Finding[] {
  return [{ code: "EXTENDED_KEY_USAGE_MISMATCH", detail }];
}
