import "reflect-metadata";
import { createHash, webcrypto } from "node:crypto";
import { IoT, IoTServiceException } from "@aws-sdk/client-iot";
import * as x509 from "@peculiar/x509";
import { onTestFinished } from "vitest";
import type { StandInIdentity } from "../../src/iot-core/model.ts";
import { startIotCore } from "../../src/iot-core/start-iot-core.ts";

export const identity: StandInIdentity = {
  accountId: "123456789012",
  region: "eu-central-1",
  endpointAddress: "a1b2c3-ats.iot.eu-central-1.localhost",
};

/** The time of every test, unless it sets another. */
export const today = new Date("2026-06-01T12:00:00.250Z");

/** A stand-in of the test's own, with AWS's client for it. */
export async function startStandIn(options: { stateFile?: string; now?: () => Date } = {}) {
  const iotCore = await startIotCore({
    stateFile: options.stateFile ?? ":memory:",
    controlPlanePort: 0,
    identity,
    now: options.now ?? (() => today),
    publishEvent: () => {},
  });
  const iot = createClient(iotCore.controlPlaneUrl);
  const close = async () => {
    iot.destroy();
    await iotCore.close();
  };
  onTestFinished(close);
  return { iotCore, iot, close };
}

export function createClient(endpoint: string): IoT {
  return new IoT({
    endpoint,
    region: identity.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
}

/** Status and name of the error that a call is refused with. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof IoTServiceException) {
    return `${error.$metadata.httpStatusCode} ${error.name}`;
  }
  throw new Error("The call was not refused by the service", { cause: error });
}

/** One call that must be refused, for tables. */
export interface Refused {
  readonly name: string;
  readonly call: (iot: IoT) => Promise<unknown>;
  readonly refusal: string;
}

export function arnOf(resource: string): string {
  return `arn:aws:iot:${identity.region}:${identity.accountId}:${resource}`;
}

/** A certificate with its keys. */
export interface Issued {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly pem: string;
  /** Lower-case hex SHA-256 of the DER. */
  readonly id: string;
}

type KeyAlgorithm = webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams;

export interface CertificateOptions {
  readonly name?: string;
  /** Signs with its own key when absent. */
  readonly issuer?: Issued;
  readonly isCa?: boolean;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly key?: KeyAlgorithm | { readonly name: "Ed25519" };
  /** Keys that are there already. */
  readonly keys?: webcrypto.CryptoKeyPair;
  /** How the issuer's key signs. */
  readonly signature?: { readonly name: string; readonly hash: string; saltLength?: number };
}

const p256: KeyAlgorithm = { name: "ECDSA", namedCurve: "P-256" };

let certificates = 0;

export async function issue(options: CertificateOptions = {}): Promise<Issued> {
  const keys = options.keys ?? (await generateKeys(options.key ?? p256));
  const signingKeys = options.issuer?.keys ?? keys;
  certificates += 1;
  const subject = options.name ?? `CN=device-${certificates}`;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: certificates.toString(16).padStart(4, "0"),
    subject,
    issuer: options.issuer?.certificate.subject ?? subject,
    publicKey: keys.publicKey,
    signingKey: signingKeys.privateKey,
    signingAlgorithm: {
      ...signingKeys.privateKey.algorithm,
      hash: "SHA-256",
      ...options.signature,
    },
    notBefore: options.notBefore ?? new Date("2026-01-01T00:00:00Z"),
    notAfter: options.notAfter ?? new Date("2046-01-01T00:00:00Z"),
    extensions: options.isCa ? [new x509.BasicConstraintsExtension(true, undefined, true)] : [],
  });
  const id = createHash("sha256").update(new Uint8Array(certificate.rawData)).digest("hex");
  return { certificate, keys, pem: certificate.toString("pem"), id };
}

export function issueCa(options: CertificateOptions = {}): Promise<Issued> {
  return issue({ name: "CN=Acme Device CA,O=Acme", isCa: true, ...options });
}

/** A CA registered in SNI_ONLY mode, ACTIVE and with auto-registration. */
export async function registerCa(iot: IoT, options: CertificateOptions = {}): Promise<Issued> {
  const ca = await issueCa(options);
  await iot.registerCACertificate({
    caCertificate: ca.pem,
    certificateMode: "SNI_ONLY",
    setAsActive: true,
    allowAutoRegistration: true,
  });
  return ca;
}

/** A device certificate registered without a CA; returns its id and ARN. */
export async function registerDevice(iot: IoT): Promise<{ id: string; arn: string }> {
  const { pem, id } = await issue();
  await iot.registerCertificateWithoutCA({ certificatePem: pem });
  return { id, arn: arnOf(`cert/${id}`) };
}

async function generateKeys(
  algorithm: NonNullable<CertificateOptions["key"]>,
): Promise<webcrypto.CryptoKeyPair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  if ("privateKey" in keys) return keys;
  throw new Error(`${algorithm.name} has no key pair`);
}
