import { randomBytes } from "node:crypto";
import {
  type Ca,
  createCa,
  createVerificationCertificate,
  issueLeaf,
} from "../../src/local/sample-pki.ts";
import type { Clients } from "./clients/create-clients.ts";

/** A device that can connect. */
export interface Device {
  /** Its client id, and the name of its thing. */
  readonly name: string;
  readonly certificateId: string;
  readonly pem: string;
  /** Paths of its certificate and key. */
  readonly files: { readonly certificate: string; readonly key: string };
}

/** Makes devices and CAs whose names no other run has. */
export interface Factory {
  readonly run: string;
  readonly makeCa: (name: string) => Promise<Ca>;
  readonly makeDevice: (ca: Ca) => Promise<Device>;
  /** Everything that was made. */
  readonly devices: readonly Device[];
  readonly cas: readonly Ca[];
  /** Names of AWS IoT's policies of its profiles. */
  readonly policies: Set<string>;
}

export function createFactory({ write }: Clients): Factory {
  const run = `mustertest${randomBytes(4).toString("hex")}`;
  const devices: Device[] = [];
  const cas: Ca[] = [];
  return {
    run,
    devices,
    cas,
    policies: new Set(),
    makeCa: async (name) => {
      const ca = await createCa({ name: `${run} ${name}` });
      cas.push(ca);
      return ca;
    },
    makeDevice: async (ca) => {
      const name = `${run}-${devices.length + 1}`;
      const { certificateId, pem, privateKeyPem } = await issueLeaf(ca, { subject: `CN=${name}` });
      const files = {
        certificate: write(`${name}.pem`, pem),
        key: write(`${name}.key`, privateKeyPem),
      };
      const device = { name, certificateId, pem, files };
      devices.push(device);
      return device;
    },
  };
}

/** What proves to AWS IoT that a CA's key is ours. */
export async function proveCa(ca: Ca, registrationCode: string): Promise<string> {
  return (await createVerificationCertificate(ca, registrationCode)).pem;
}

/** A certificate that has been over for long: a row to refuse. */
export async function makeExpired(ca: Ca): Promise<string> {
  const notBefore = new Date("2019-01-01T00:00:00Z");
  const notAfter = new Date("2020-01-01T00:00:00Z");
  return (await issueLeaf(ca, { subject: "CN=expired", notBefore, notAfter })).pem;
}

export function toManifest(pems: readonly string[]): Buffer {
  return Buffer.from(pems.join("\n"));
}
