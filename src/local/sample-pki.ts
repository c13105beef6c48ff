import "reflect-metadata";
import { createHash, generateKeyPair, type KeyObject, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PublicKey,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { KeyUsage } from "../rules/certificate/certificate-facts.ts";

export type KeyKind =
  | "ec-p256"
  | "ec-p384"
  | "ec-p521"
  | "ec-secp256k1"
  | "rsa-1024"
  | "rsa-2048"
  | "rsa-3072"
  | "rsa-4096"
  | "rsa-pss-2048"
  | "ed25519";

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface SampleCertificate extends KeyPair {
  readonly der: Uint8Array;
  readonly pem: string;
  /** Lower-case hex SHA-256 of `der`. */
  readonly certificateId: string;
  readonly subject: string;
  /** PKCS#8. */
  readonly privateKeyPem: string;
}

export type Leaf = SampleCertificate;
export type Ca = SampleCertificate;

type Hash = "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";

interface CertificateOptions {
  /** A kind makes a new pair; default `ec-p256`. */
  readonly key?: KeyKind | KeyPair;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Hex; random by default. */
  readonly serial?: string;
  /** `false` leaves the extension out. */
  readonly keyUsage?: readonly KeyUsage[] | false;
  /** Dotted OIDs. */
  readonly extendedKeyUsage?: readonly string[] | false;
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number } | false;
  readonly extraExtensions?: readonly SampleExtension[];
  readonly signatureHash?: Hash;
  /** An RSA issuer signs with RSASSA-PSS instead of PKCS #1 v1.5. */
  readonly pss?: boolean;
}

interface SampleExtension {
  readonly oid: string;
  readonly critical: boolean;
  /** DER; NULL by default. */
  readonly value?: Uint8Array<ArrayBuffer>;
}

export interface CaOptions extends CertificateOptions {
  /** Common name. A second CA of the same name has another key: a wrong issuer. */
  readonly name: string;
  /** Self-signed without. */
  readonly issuer?: Ca;
  readonly pathLength?: number;
}

export interface LeafOptions extends CertificateOptions {
  /** As `CN=0123,O=Acme`, in the order to be encoded. */
  readonly subject: string;
}

const clientAuth = "1.3.6.1.5.5.7.3.2";
const defaultNotBefore = new Date("2020-01-01T00:00:00Z");
const defaultNotAfter = new Date("2049-12-31T23:59:59Z");
const generate = promisify(generateKeyPair);

/** Makes a CA for tests, demonstrations and benchmarks: self-signed, or under `issuer`. */
export async function createCa({ name, issuer, pathLength, ...options }: CaOptions): Promise<Ca> {
  const keys = await toKeyPair(options.key);
  const subject = `CN=${escapeName(name)}`;
  return issue(issuer ?? { ...keys, subject }, keys, {
    basicConstraints: { ca: true, ...(pathLength === undefined ? {} : { pathLength }) },
    keyUsage: ["keyCertSign", "cRLSign"],
    extendedKeyUsage: false,
    ...options,
    subject,
  });
}

/** Makes a device certificate as chip vendors do, with every deviation that `options` ask for. */
export async function issueLeaf(ca: Ca, options: LeafOptions): Promise<Leaf> {
  return issue(ca, await toKeyPair(options.key), {
    basicConstraints: { ca: false },
    keyUsage: ["digitalSignature"],
    extendedKeyUsage: [clientAuth],
    ...options,
  });
}

/**
 * Proves to AWS IoT that we hold a CA's key.
 *
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_RegisterCACertificate.html
 */
export async function createVerificationCertificate(
  ca: Ca,
  registrationCode: string,
): Promise<Leaf> {
  return issueLeaf(ca, { subject: `CN=${registrationCode}` });
}

export async function createKeyPair(kind: KeyKind): Promise<KeyPair> {
  switch (kind) {
    case "ec-p256":
      return generate("ec", { namedCurve: "P-256" });
    case "ec-p384":
      return generate("ec", { namedCurve: "P-384" });
    case "ec-p521":
      return generate("ec", { namedCurve: "P-521" });
    case "ec-secp256k1":
      return generate("ec", { namedCurve: "secp256k1" });
    case "ed25519":
      return generate("ed25519");
    case "rsa-pss-2048":
      return generate("rsa-pss", { modulusLength: 2048 });
    default:
      return generate("rsa", { modulusLength: Number(kind.slice("rsa-".length)) });
  }
}

type Issuer = KeyPair & Pick<Ca, "subject">;

async function issue(
  issuer: Issuer,
  keys: KeyPair,
  options: CertificateOptions & { readonly subject: string },
): Promise<SampleCertificate> {
  const algorithm = signingAlgorithm(issuer.privateKey, options);
  const certificate = await X509CertificateGenerator.create({
    subject: options.subject,
    issuer: issuer.subject,
    serialNumber: options.serial ?? randomSerial(),
    notBefore: options.notBefore ?? defaultNotBefore,
    notAfter: options.notAfter ?? defaultNotAfter,
    publicKey: toPublicKey(keys),
    signingKey: issuer.privateKey.toCryptoKey(algorithm, true, ["sign"]),
    signingAlgorithm: algorithm,
    extensions: await toExtensions(issuer, keys, options),
  });
  const der = new Uint8Array(certificate.rawData);
  return {
    ...keys,
    der,
    pem: `${certificate.toString("pem")}\n`,
    certificateId: createHash("sha256").update(der).digest("hex"),
    subject: options.subject,
    privateKeyPem: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

async function toExtensions(
  issuer: Issuer,
  keys: KeyPair,
  { basicConstraints, keyUsage, extendedKeyUsage, extraExtensions = [] }: CertificateOptions,
): Promise<Extension[]> {
  const extensions: Extension[] = [
    await SubjectKeyIdentifierExtension.create(toPublicKey(keys)),
    await AuthorityKeyIdentifierExtension.create(toPublicKey(issuer)),
  ];
  if (basicConstraints) {
    const { ca, pathLength } = basicConstraints;
    extensions.push(new BasicConstraintsExtension(ca, pathLength, true));
  }
  if (keyUsage) {
    const flags = keyUsage.reduce((sum, usage) => sum | KeyUsageFlags[usage], 0);
    extensions.push(new KeyUsagesExtension(flags, true));
  }
  if (extendedKeyUsage) extensions.push(new ExtendedKeyUsageExtension([...extendedKeyUsage]));
  for (const { oid, critical, value = Uint8Array.of(5, 0) } of extraExtensions) {
    extensions.push(new Extension(oid, critical, value));
  }
  return extensions;
}

async function toKeyPair(key: KeyKind | KeyPair = "ec-p256"): Promise<KeyPair> {
  return typeof key === "string" ? createKeyPair(key) : key;
}

function toPublicKey({ publicKey }: KeyPair): PublicKey {
  return new PublicKey(new Uint8Array(publicKey.export({ type: "spki", format: "der" })));
}

function signingAlgorithm(key: KeyObject, { signatureHash, pss }: CertificateOptions) {
  const hash = signatureHash ?? "SHA-256";
  const name = key.asymmetricKeyType ?? "";
  if (name === "ed25519") return { name: "Ed25519" };
  if (name.startsWith("rsa")) {
    return { name: pss ? "RSA-PSS" : "RSASSA-PKCS1-v1_5", hash, saltLength: 32 };
  }
  const curves: Readonly<Record<string, string>> = { secp384r1: "P-384", secp521r1: "P-521" };
  const curve = key.asymmetricKeyDetails?.namedCurve ?? "";
  return { name: "ECDSA", namedCurve: curves[curve] ?? "P-256", hash };
}

/** 16 bytes, the first from 0x40 to 0x7f: positive, and of one length. */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

/** RFC 4514 §2.4. */
function escapeName(name: string): string {
  return name.replaceAll(/[\\,+"<>;=#]/g, (character) => `\\${character}`);
}
