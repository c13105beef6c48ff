import { cutElements } from "../der/der-format.ts";
import { findCertificates } from "./find-certificates.ts";

/** @returns DER of the certificates in a PKCS#7; none when it is no PKCS#7. */
export function listCertificates(bytes: Buffer): readonly Buffer[] {
  const certificates: Buffer[] = [];
  let at = findCertificates(bytes);
  while (at !== undefined && at <= bytes.length) {
    const found = cutElements(bytes, at, true);
    if (found === undefined || !("end" in found)) break;
    certificates.push(bytes.subarray(found.start, found.end));
    at = found.next;
  }
  return certificates;
}
