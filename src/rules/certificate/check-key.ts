import type { Finding } from "../decision/reason-codes.ts";
import type { CertificateFacts, PublicKeyFacts } from "./certificate-facts.ts";

/**
 * The keys that AWS IoT accepts. `rsa-2048` is RSA from 2048 bits up to the next size listed, and
 * likewise the others; RSASSA-PSS keys count as RSA.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/x509-client-certs.html
 */
export const awsKeyTypes = [
  "rsa-2048",
  "rsa-3072",
  "rsa-4096",
  "ec-p256",
  "ec-p384",
  "ec-p521",
] as const;

export type KeyType = (typeof awsKeyTypes)[number];

const curveTypes: Readonly<Record<string, KeyType>> = {
  "P-256": "ec-p256",
  "P-384": "ec-p384",
  "P-521": "ec-p521",
};

/** Checks the key's type and size against what AWS IoT accepts, or the part of it given. */
export function checkKey(
  { key }: Pick<CertificateFacts, "key">,
  allowed: readonly KeyType[] = awsKeyTypes,
): readonly Finding[] {
  const type = toKeyType(key);
  if (type !== undefined && allowed.includes(type)) return [];
  return [
    {
      code: "KEY_NOT_ALLOWED",
      detail: `Its key is ${describe(key)}; allowed are ${allowed.join(", ")}.`,
    },
  ];
}

/** @returns undefined when AWS IoT does not accept the key. */
export function toKeyType({
  algorithm,
  bits = 0,
  curve = "",
}: PublicKeyFacts): KeyType | undefined {
  if (algorithm === "ec") return Object.hasOwn(curveTypes, curve) ? curveTypes[curve] : undefined;
  if (algorithm === "other" || bits < 2048) return undefined;
  if (bits < 3072) return "rsa-2048";
  return bits < 4096 ? "rsa-3072" : "rsa-4096";
}

function describe({ algorithm, bits, curve }: PublicKeyFacts): string {
  if (algorithm === "other") return "neither RSA nor EC";
  return algorithm === "ec" ? `EC on ${curve}` : `${algorithm.toUpperCase()} of ${bits} bits`;
}
