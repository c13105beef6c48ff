import { createHash, type X509Certificate } from "node:crypto";

/** AWS IoT's id of a certificate: the lower-case hex SHA-256 of its DER. */
export function certificateIdOf(certificate: X509Certificate): string {
  return createHash("sha256").update(certificate.raw).digest("hex");
}
