import { hash } from "node:crypto";

/** @returns lower-case hex SHA-256 of the DER, which is the certificate id of AWS IoT. */
export function toCertificateId(der: Uint8Array): string {
  return hash("sha256", der, "hex");
}
