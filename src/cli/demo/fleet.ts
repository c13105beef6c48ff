import { type Ca, createCa, issueLeaf, type KeyKind, type Leaf } from "../../local/sample-pki.ts";
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

const tls12 = "TLSv1.2";
const tls13 = "TLSv1.3";

/** Makes two manufacturers' CAs, an impostor's, and a device for everything that can happen. */
export async function createFleet(now: Date): Promise<Fleet> {
  const [acme, globex, impostor] = await Promise.all([
    createCa({ name: "Acme Device CA", key: "rsa-2048" }),
    createCa({ name: "Globex Device CA" }),
    createCa({ name: "Globex Device CA" }),
  ]);
  const yesterday = new Date(now.getTime() - 86_400_000);
  const devices = [
    device("in the ledger", "ecdsa", tls13, globex, "before", admitted),
    device("in the ledger", "rsa", tls12, acme, "before", admitted),
    device("in the ledger", "ecdsa", tls12, globex, "before", admitted),
    device("in the ledger", "rsa", tls13, acme, "before", admitted),
    device("not in the ledger", "ecdsa", tls13, globex, "never", out("quarantine NOT_IN_LEDGER")),
    device("revoked in the ledger", "ecdsa", tls12, globex, "revoked", out("reject ENTRY_REVOKED")),
    device("in the ledger later", "ecdsa", tls13, globex, "after", {
      ...admitted,
      decision: "quarantine NOT_IN_LEDGER, then admit",
    }),
    device("expired", "ecdsa", tls13, globex, "never", out("not registered CERTIFICATE_EXPIRED"), {
      notAfter: yesterday,
    }),
    device(
      ...(["wrong issuer, same name", "ecdsa", tls13, impostor, "never"] as const),
      out("not registered ISSUER_SIGNATURE_INVALID"),
    ),
  ];
  return {
    cas: { acme, globex },
    devices: await Promise.all(devices.map((make, index) => make(index + 1))),
  };

  function device(
    story: string,
    key: "ecdsa" | "rsa",
    tlsVersion: Device["tlsVersion"],
    ca: Ca,
    entry: Entry,
    expected: Facts,
    validity: { readonly notAfter?: Date } = {},
  ): (number: number) => Promise<DemoDevice> {
    const kind: KeyKind = key === "rsa" ? "rsa-2048" : "ec-p256";
    return async (number) => {
      const thingName = `sensor-${number}`;
      const certificate: Leaf = await issueLeaf(ca, {
        subject: `CN=${thingName}`,
        key: kind,
        ...validity,
      });
      const manufacturer = ca === acme ? "acme" : "globex";
      return {
        thingName,
        story,
        key: key.toUpperCase(),
        tlsVersion,
        certificate,
        manufacturer,
        entry,
        expected,
      };
    };
  }
}
