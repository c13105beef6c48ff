import "reflect-metadata";
import {
  createHash,
  generateKeyPairSync,
  type KeyPairKeyObjectResult,
  randomBytes,
} from "node:crypto";
import { BasicConstraintsExtension, PublicKey, X509CertificateGenerator } from "@peculiar/x509";

/** A certificate with its keys. */
export interface Identity {
  readonly subject: string;
  readonly keys: KeyPairKeyObjectResult;
  readonly pem: string;
  readonly keyPem: string;
  /** Lower-case hex SHA-256 of the DER. */
  readonly id: string;
}

export interface IssueOptions {
  /** As `CN=d1,O=Acme`. */
  readonly subject?: string;
  /** Self-signed without. */
  readonly issuer?: Identity;
  readonly isCa?: boolean;
  readonly key?: keyof typeof keyKinds | KeyPairKeyObjectResult;
  readonly hash?: "SHA-1" | "SHA-256" | "SHA-384";
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

const keyKinds = {
  "ec-p256": () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  "ec-p384": () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
  "rsa-1024": () => generateKeyPairSync("rsa", { modulusLength: 1024 }),
  "rsa-2048": () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ed25519: () => generateKeyPairSync("ed25519"),
} as const;

const dayMs = 86_400_000;

/** Makes a certificate that is valid from yesterday, for a year, unless asked otherwise. */
export async function issueCertificate(options: IssueOptions = {}): Promise<Identity> {
  const { issuer, key = "ec-p256", hash = "SHA-256", subject = "CN=device" } = options;
  const keys = typeof key === "string" ? keyKinds[key]() : key;
  const signer = issuer?.keys ?? keys;
  const algorithm = toAlgorithm(signer, hash);
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer: issuer?.subject ?? subject,
    serialNumber: `01${randomBytes(8).toString("hex")}`,
    notBefore: options.notBefore ?? new Date(Date.now() - dayMs),
    notAfter: options.notAfter ?? new Date(Date.now() + 365 * dayMs),
    publicKey: new PublicKey(keys.publicKey.export({ type: "spki", format: "der" })),
    signingKey: signer.privateKey.toCryptoKey(algorithm, true, ["sign"]),
    signingAlgorithm: algorithm,
    extensions: options.isCa ? [new BasicConstraintsExtension(true, undefined, true)] : [],
  });
  return {
    subject,
    keys,
    pem: `${certificate.toString("pem")}\n`,
    keyPem: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    id: createHash("sha256").update(Buffer.from(certificate.rawData)).digest("hex"),
  };
}

function toAlgorithm({ privateKey }: KeyPairKeyObjectResult, hash: string) {
  const { namedCurve } = privateKey.asymmetricKeyDetails ?? {};
  switch (privateKey.asymmetricKeyType) {
    case "rsa":
      return { name: "RSASSA-PKCS1-v1_5", hash };
    case "ed25519":
      return { name: "Ed25519" };
    default:
      return { name: "ECDSA", namedCurve: namedCurve === "secp384r1" ? "P-384" : "P-256", hash };
  }
}
