/** Reads the one certificate of a PEM that AWS IoT itself wrote; nothing else is tolerated. */
export function pemToDer(pem: string): Uint8Array {
  const body = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem);
  return Buffer.from(body?.[1] ?? "", "base64");
}
