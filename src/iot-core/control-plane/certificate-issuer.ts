import "reflect-metadata";
import { createPrivateKey, createPublicKey, generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PublicKey,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** Whose key signs the certificates that AWS IoT makes itself. */
export interface IssuingAuthority {
  /** PKCS#8. */
  readonly privateKeyPem: string;
}

export interface IssueRequest {
  /** As `CN=…`. */
  readonly subject: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKeyDer: ArrayBuffer | Uint8Array<ArrayBuffer>;
  readonly notBefore: Date;
}

/** AWS's own have this end. */
const notAfter = new Date("2049-12-31T23:59:59Z");
const issuer = "OU=IoT Core stand-in";
const signingAlgorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

const generate = promisify(generateKeyPair);

/** Makes an RSA key pair of 2048 bits. */
export async function generateRsaKeys() {
  return generate("rsa", { modulusLength: 2048 });
}

export async function createIssuingAuthority(): Promise<IssuingAuthority> {
  const { privateKey } = await generateRsaKeys();
  return { privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

/** Signs a certificate for a device; returns its PEM. */
export async function issueCertificate(
  { privateKeyPem }: IssuingAuthority,
  { subject, publicKeyDer, notBefore }: IssueRequest,
): Promise<string> {
  const authorityKey = createPrivateKey(privateKeyPem);
  const authoritySpki = createPublicKey(authorityKey).export({ type: "spki", format: "der" });
  const publicKey = new PublicKey(publicKeyDer);
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer,
    serialNumber: `01${randomBytes(19).toString("hex")}`,
    notBefore,
    notAfter,
    publicKey,
    signingKey: authorityKey.toCryptoKey(signingAlgorithm, true, ["sign"]),
    signingAlgorithm,
    extensions: [
      await AuthorityKeyIdentifierExtension.create(new PublicKey(authoritySpki)),
      await SubjectKeyIdentifierExtension.create(publicKey),
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}
