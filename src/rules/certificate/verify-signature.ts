import { type KeyObject, verify } from "node:crypto";
import type { CertificateFacts, SignatureAlgorithm } from "./certificate-facts.ts";
import { DerReader, tags, toBitString } from "./der.ts";

interface Scheme {
  readonly keyType: string;
  readonly hash: string;
}

const schemes: Readonly<Partial<Record<SignatureAlgorithm, Scheme>>> = {
  sha256WithRSA: { keyType: "rsa", hash: "sha256" },
  sha384WithRSA: { keyType: "rsa", hash: "sha384" },
  sha512WithRSA: { keyType: "rsa", hash: "sha512" },
  ecdsaWithSha256: { keyType: "ec", hash: "sha256" },
  ecdsaWithSha384: { keyType: "ec", hash: "sha384" },
  ecdsaWithSha512: { keyType: "ec", hash: "sha512" },
};

/**
 * Verifies the signature on a certificate whose facts were read, over the bytes as they came. It says
 * what OpenSSL says of a whole certificate, and is spared parsing it.
 *
 * @returns undefined for signature algorithms that are left to OpenSSL.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1.1.3
 */
export function verifySignature(
  der: Uint8Array,
  { signatureAlgorithm }: Pick<CertificateFacts, "signatureAlgorithm">,
  key: KeyObject,
): boolean | undefined {
  const scheme = schemes[signatureAlgorithm];
  if (scheme === undefined) return undefined;
  // Else a signature of one kind could be passed off as one of another.
  if (key.asymmetricKeyType !== scheme.keyType) return false;
  const certificate = new DerReader(der, "certificate").read(tags.sequence, "certificate");
  const fields = certificate.children();
  const signed = fields.read(tags.sequence, "tbsCertificate").der;
  fields.read(tags.sequence, "signatureAlgorithm");
  const signature = toBitString(fields.read(tags.bitString, "signatureValue"));
  return verify(scheme.hash, signed, key, signature);
}
