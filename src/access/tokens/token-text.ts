import { hash } from "node:crypto";
import { crc32 } from "node:zlib";

const prefix = "muster_";
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const secretLength = 43; // 256 bits in base 62.
const checksumLength = 6; // 32 bits.
const pattern = new RegExp(`^${prefix}[0-9A-Za-z]{${secretLength + checksumLength}}$`);

/** Random bits in a token. */
export const tokenSecretBytes = 32;

/**
 * Writes a token: a prefix that scanners for secrets know it by, the secret, and a checksum that
 * tells a slip of the hand from a token that was revoked.
 *
 * @param secret 32 random bytes.
 */
export function toTokenText(secret: Uint8Array): string {
  const body = toBase62(BigInt(`0x${Buffer.from(secret).toString("hex")}`), secretLength);
  return `${prefix}${body}${toChecksum(body)}`;
}

/** Whether a text has the form of a token and its checksum is right. Says nothing of its rights. */
export function isTokenText(text: string): boolean {
  if (!pattern.test(text)) return false;
  const body = text.slice(prefix.length, -checksumLength);
  return text.endsWith(toChecksum(body));
}

/** @returns lower-case hex SHA-256: all that is kept of a token. */
export function toTokenHash(text: string): string {
  return hash("sha256", text, "hex");
}

/** The public name of a token: half of its hash, which tells nothing of the other half. */
export function toTokenId(tokenHash: string): string {
  return tokenHash.slice(0, 32);
}

function toChecksum(body: string): string {
  return toBase62(BigInt(crc32(body)), checksumLength);
}

function toBase62(number: bigint, length: number): string {
  let text = "";
  for (let rest = number; rest > 0n; rest /= 62n) text = digits.charAt(Number(rest % 62n)) + text;
  return text.padStart(length, "0");
}
