import { readCertificates } from "../formats/certificates/read-certificates.ts";
import { MusterError } from "../rules/errors.ts";

/**
 * Reads the one certificate that a member of a body holds.
 *
 * @param field names the member.
 * @throws MusterError CERTIFICATE_UNREADABLE, PRIVATE_KEY_REFUSED; nothing of a key gets further.
 */
export function readGivenCertificate(text: string, field: string): Uint8Array {
  try {
    const { certificates } = readCertificates(Buffer.from(text), field);
    const [only, ...more] = certificates;
    if (only && more.length === 0) return only.der;
    const count = certificates.length === 0 ? "none" : String(certificates.length);
    throw new MusterError("CERTIFICATE_UNREADABLE", `Give one certificate; these are ${count}.`);
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    throw new MusterError(error.code, error.message, { cause: error, details: { field } });
  }
}
