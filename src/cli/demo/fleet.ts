import { type Ca, createCa, issueLeaf } from "../../local/sample-pki.ts";
import type { Device } from "./device.ts";

/** What is seen of one device; each a word or two, as the table shows it. */
export interface Facts {
  readonly firstConnect: string;
  readonly decision: string;
  readonly laterConnect: string;
  readonly ownTopic: string;
  readonly otherTopic: string;
}

/** When a device's certificate comes into the ledger. */
type Entry = "before" | "revoked" | "after" | "never";

export interface DemoDevice extends Device {
  /** What is special about it, in a few words. */
  readonly story: string;
  readonly key: string;
  readonly manufacturer: string;
  readonly entry: Entry;
  readonly expected: Facts;
}

export interface Fleet {
  readonly cas: { readonly acme: Ca; readonly globex: Ca };
  readonly devices: readonly DemoDevice[];
}

/** A device before it is made. */
interface Plan extends Pick<DemoDevice, "story" | "tlsVersion" | "entry" | "expected"> {
  readonly key: "ECDSA" | "RSA";
  readonly ca: "acme" | "globex" | "impostor";
  readonly isExpired?: boolean;
}

const admitted: Facts = {
  firstConnect: "refused",
  decision: "admit",
  laterConnect: "accepted",
  ownTopic: "allowed",
  otherTopic: "refused",
};
const out = (decision: string): Facts => ({
  firstConnect: "refused",
  decision,
  laterConnect: "refused",
  ownTopic: "–",
  otherTopic: "–",
});

const ecdsa13 = { key: "ECDSA", tlsVersion: "TLSv1.3", ca: "globex" } as const;
const ecdsa12 = { key: "ECDSA", tlsVersion: "TLSv1.2", ca: "globex" } as const;
const rsa13 = { key: "RSA", tlsVersion: "TLSv1.3", ca: "acme" } as const;
const rsa12 = { key: "RSA", tlsVersion: "TLSv1.2", ca: "acme" } as const;

const plans: readonly Plan[] = [
  { ...ecdsa13, story: "in the ledger", entry: "before", expected: admitted },
  { ...rsa12, story: "in the ledger", entry: "before", expected: admitted },
  { ...ecdsa12, story: "in the ledger", entry: "before", expected: admitted },
  { ...rsa13, story: "in the ledger", entry: "before", expected: admitted },
  {
    ...ecdsa13,
    story: "not in the ledger",
    entry: "never",
    expected: out("quarantine NOT_IN_LEDGER"),
  },
  {
    ...ecdsa12,
    story: "revoked in the ledger",
    entry: "revoked",
    expected: out("reject ENTRY_REVOKED"),
  },
  {
    ...ecdsa13,
    story: "in the ledger later",
    entry: "after",
    expected: { ...admitted, decision: "quarantine NOT_IN_LEDGER, then admit" },
  },
  {
    ...ecdsa13,
    story: "expired",
    entry: "never",
    isExpired: true,
    expected: out("not registered CERTIFICATE_EXPIRED"),
  },
  {
    ...ecdsa13,
    story: "wrong issuer, same name",
    entry: "never",
    ca: "impostor",
    expected: out("not registered ISSUER_SIGNATURE_INVALID"),
  },
];

/** Makes two manufacturers' CAs, an impostor's, and a device for everything that can happen. */
export async function createFleet(now: Date): Promise<Fleet> {
  const [acme, globex, impostor] = await Promise.all([
    createCa({ name: "Acme Device CA", key: "rsa-2048" }),
    createCa({ name: "Globex Device CA" }),
    createCa({ name: "Globex Device CA" }),
  ]);
  const cas = { acme, globex, impostor };
  const yesterday = new Date(now.getTime() - 86_400_000);
  const make = async ({ ca, isExpired, ...plan }: Plan, index: number): Promise<DemoDevice> => {
    const thingName = `sensor-${index + 1}`;
    const certificate = await issueLeaf(cas[ca], {
      subject: `CN=${thingName}`,
      key: plan.key === "RSA" ? "rsa-2048" : "ec-p256",
      ...(isExpired && { notAfter: yesterday }),
    });
    return { ...plan, thingName, certificate, manufacturer: ca };
  };
  return { cas, devices: await Promise.all(plans.map(make)) };
}
