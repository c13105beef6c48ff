import "reflect-metadata";
import { generateKeyPairSync, type KeyPairKeyObjectResult, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import {
  BasicConstraintsExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PublicKey,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

export interface ServerIdentity {
  /** What clients verify the server with, as `mosquitto_pub --cafile` does. */
  readonly caPem: string;
  /** PKCS#8. */
  readonly keyPem: string;
  readonly certificatePem: string;
}

const notBefore = new Date("2020-01-01T00:00:00Z");
const notAfter = new Date("2049-12-31T23:59:59Z");
const signingAlgorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const caName = "CN=IoT Core stand-in CA";

/**
 * Makes a throw-away CA and a server certificate under it. The key of the CA is not kept.
 *
 * @param hosts names and addresses that clients dial.
 */
export async function createServerIdentity(hosts: readonly string[]): Promise<ServerIdentity> {
  const caKeys = createKeys();
  const serverKeys = createKeys();
  const ca = await issue(caKeys, caKeys, caName, [
    new BasicConstraintsExtension(true, 0, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
  ]);
  const server = await issue(caKeys, serverKeys, "CN=IoT Core stand-in", [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new SubjectAlternativeNameExtension(
      hosts.map((host) => ({ type: isIP(host) === 0 ? "dns" : "ip", value: host })),
    ),
  ]);
  return {
    caPem: `${ca.toString("pem")}\n`,
    keyPem: serverKeys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificatePem: `${server.toString("pem")}\n`,
  };
}

function createKeys(): KeyPairKeyObjectResult {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

async function issue(
  ca: KeyPairKeyObjectResult,
  subject: KeyPairKeyObjectResult,
  name: string,
  extensions: Extension[],
): Promise<X509Certificate> {
  return X509CertificateGenerator.create({
    subject: name,
    issuer: caName,
    serialNumber: `01${randomBytes(15).toString("hex")}`,
    notBefore,
    notAfter,
    publicKey: new PublicKey(subject.publicKey.export({ type: "spki", format: "der" })),
    signingKey: ca.privateKey.toCryptoKey(signingAlgorithm, true, ["sign"]),
    signingAlgorithm,
    extensions,
  });
}
