import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createJudgeCertificate } from "../../../src/iot-core/listener/judge-certificate.ts";
import type { ReservedEvent } from "../../../src/iot-core/model.ts";
import { toCertificateVariables } from "../../../src/iot-core/policy/certificate-variables.ts";
import { createMemoryRegistry } from "./memory-registry.ts";
import { type Issued, identity, issue, startOfTest } from "./support.ts";

async function setup() {
  const registry = createMemoryRegistry();
  const events: ReservedEvent[] = [];
  const ca = await issue("CN=CA");
  registry.addCa(ca);
  const judgeCertificate = createJudgeCertificate({
    ...registry.deps,
    identity,
    now: () => startOfTest,
    publishEvent: (event) => events.push(event),
  });
  const judge = (device: Issued, tlsVersion = "TLSv1.3") =>
    judgeCertificate(new X509Certificate(device.pem), tlsVersion);
  return { ca, judge, registry, events };
}

interface KeyCase {
  readonly name: string;
  readonly keys: () => Parameters<typeof issue>[1] & {};
  readonly outcome: string;
}

const ec = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve });
const rsa = (modulusLength: number) => generateKeyPairSync("rsa", { modulusLength });

const keyCases: readonly KeyCase[] = [
  { name: "P-384", keys: () => ({ key: ec("P-384") }), outcome: "REGISTERED" },
  { name: "P-521", keys: () => ({ key: ec("P-521") }), outcome: "REGISTERED" },
  {
    name: "secp256k1",
    keys: () => ({ key: ec("secp256k1") }),
    outcome: "CERTIFICATE_NOT_ACCEPTED",
  },
  { name: "RSA-1024", keys: () => ({ key: rsa(1024) }), outcome: "CERTIFICATE_NOT_ACCEPTED" },
  {
    name: "Ed25519",
    keys: () => ({ key: generateKeyPairSync("ed25519") }),
    outcome: "CERTIFICATE_NOT_ACCEPTED",
  },
];

describe("an unknown certificate", () => {
  test.for(keyCases)("with a key on $name: $outcome", async ({ keys, outcome }) => {
    const { ca, judge, registry } = await setup();
    const device = await issue("CN=d1", { issuer: ca, ...keys() });
    expect(judge(device)).toMatchObject({ outcome });
    expect(registry.certificates.size).toBe(outcome === "REGISTERED" ? 1 : 0);
  });

  test("with an RSASSA-PSS key is taken over TLS 1.3 only", async () => {
    const { ca, judge } = await setup();
    const key = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
    const device = await issue("CN=d1", { issuer: ca, key });
    expect(judge(device, "TLSv1.2")).toMatchObject({ outcome: "CERTIFICATE_NOT_ACCEPTED" });
    expect(judge(device, "TLSv1.3")).toEqual({ outcome: "REGISTERED" });
  });

  test("is valid from its first second to its last", async () => {
    const { ca, judge } = await setup();
    const first = await issue("CN=d1", { issuer: ca, notBefore: startOfTest });
    const last = await issue("CN=d2", { issuer: ca, notAfter: startOfTest });
    expect(judge(first)).toEqual({ outcome: "REGISTERED" });
    expect(judge(last)).toEqual({ outcome: "REGISTERED" });
  });
});

test("the policy variables of a certificate are its names, the first of each plain", async () => {
  const ca = await issue("CN=CA,O=Acme");
  const device = await issue("CN=d1,OU=first,OU=second,C=DE,2.5.4.5=S-1", { issuer: ca });
  expect(toCertificateVariables(new X509Certificate(device.pem))).toMatchObject({
    "iot:Certificate.Subject.CommonName": "d1",
    "iot:Certificate.Subject.Country": "DE",
    "iot:Certificate.Subject.SerialNumber": "S-1",
    "iot:Certificate.Subject.OrganizationalUnit": "first",
    "iot:Certificate.Subject.OrganizationalUnit.1": "second",
    "iot:Certificate.Subject.Organization": undefined,
    "iot:Certificate.Issuer.CommonName": "CA",
    "iot:Certificate.Issuer.Organization": "Acme",
  });
});
