import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

export interface EventCertificate {
  readonly pem: string;
  readonly der: Uint8Array;
  /** Lower-case hex SHA-256 of `der`. */
  readonly certificateId: string;
}

/** The CA and the devices that the events in `events/` name; nobody has their keys. */
export function readEventCertificates(): {
  readonly ca: EventCertificate;
  readonly devices: readonly EventCertificate[];
} {
  const text = readFileSync("events/certificates.pem", "utf8");
  const pems = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const [ca, ...devices] = pems.map((pem): EventCertificate => {
    const { raw, fingerprint256 } = new X509Certificate(pem);
    return { pem, der: raw, certificateId: fingerprint256.replaceAll(":", "").toLowerCase() };
  });
  if (ca === undefined) throw new Error("There is no certificate.");
  return { ca, devices };
}
