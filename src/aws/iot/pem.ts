/** Reads the one certificate of a PEM that AWS IoT itself wrote; nothing else is tolerated. */
export function pemToDer(pem: string): Uint8Array {
  const body = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem);
  return Buffer.from(body?.[1] ?? "", "base64");
}

/** Writes DER as PEM with lines of 64 characters (RFC 7468 §2). */
export function derToPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
