import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Ca,
  createCa,
  createKeyPair,
  issueLeaf,
  type KeyKind,
  type KeyPair,
} from "../../../src/local/sample-pki.ts";
import type { Encoding } from "../clients/stock-client.ts";

export type DeviceKey = Extract<KeyKind, "rsa-2048" | "ec-p256" | "ec-p384">;

/** A manufacturer's authorities for one kind of key. The issuing one is the one to register. */
export interface Authority {
  readonly issuing: Ca;
  readonly root: Ca;
  /** Of all its devices: what tells them apart is their certificates. */
  readonly deviceKeys: KeyPair;
}

export interface DeviceFiles {
  readonly certificateId: string;
  readonly certificate: string;
  readonly key: string;
}

export interface DeviceOptions {
  readonly clientId: string;
  readonly encoding: Encoding;
  /** Whether the issuing authority's certificate is behind the device's own. */
  readonly withChain: boolean;
}

export async function createAuthority(key: DeviceKey): Promise<Authority> {
  const root = await createCa({ name: `Acme Root ${key}`, key });
  const issuing = await createCa({ name: `Acme Issuing ${key}`, key, issuer: root });
  return { root, issuing, deviceKeys: await createKeyPair(key) };
}

/** Makes a device's certificate, and writes it and its key as the client wants them. */
export async function writeDevice(
  folder: string,
  { issuing, deviceKeys }: Authority,
  { clientId, encoding, withChain }: DeviceOptions,
): Promise<DeviceFiles> {
  const leaf = await issueLeaf(issuing, { subject: `CN=${clientId}`, key: deviceKeys });
  const chain = withChain ? [leaf, issuing] : [leaf];
  const isDer = encoding === "DER";
  return {
    certificateId: leaf.certificateId,
    certificate: write(
      folder,
      `${clientId}.crt`,
      isDer ? Buffer.concat(chain.map(({ der }) => der)) : chain.map(({ pem }) => pem).join(""),
    ),
    key: write(
      folder,
      `${clientId}.key`,
      isDer ? leaf.privateKey.export({ type: "pkcs8", format: "der" }) : leaf.privateKeyPem,
    ),
  };
}

/** @returns the path of a certificate in each encoding. */
export function writeCertificate(
  folder: string,
  name: string,
  pem: string,
): Readonly<Record<Encoding, string>> {
  return {
    PEM: write(folder, `${name}.pem`, pem),
    DER: write(folder, `${name}.der`, new X509Certificate(pem).raw),
  };
}

function write(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
