import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  createCa,
  createVerificationCertificate,
  issueLeaf,
  type KeyKind,
} from "../../src/local/sample-pki.ts";
import { toCertificateFacts } from "../../src/rules/certificate/to-certificate-facts.ts";

describe("sample PKI", () => {
  test.for<KeyKind>(["ec-p256", "ec-p384", "ec-p521", "rsa-2048", "ed25519"])(
    "a CA of %s issues what Node verifies, with a key that fits",
    async (key) => {
      const ca = await createCa({ name: "Acme, Device CA #1", key });
      const leaf = await issueLeaf(ca, { subject: "CN=0123,O=Acme", key });
      const x509 = new X509Certificate(leaf.pem);
      expect(x509.verify(ca.publicKey)).toBe(true);
      expect(x509.checkIssued(new X509Certificate(ca.der))).toBe(true);
      expect(x509.checkPrivateKey(createPrivateKey(leaf.privateKeyPem))).toBe(true);
      expect(x509.fingerprint256.replaceAll(":", "").toLowerCase()).toBe(leaf.certificateId);
    },
  );

  test("a CA below another names it as issuer and has its path length", async () => {
    const root = await createCa({ name: "Root" });
    const ca = await createCa({ name: "Device CA", issuer: root, pathLength: 0 });
    expect(toCertificateFacts(ca.der)).toMatchObject({
      issuer: "CN=Root",
      basicConstraints: { ca: true, pathLength: 0 },
      keyUsage: ["keyCertSign", "cRLSign"],
    });
    expect(new X509Certificate(ca.der).verify(root.publicKey)).toBe(true);
  });

  test("a second CA of one name is a wrong issuer", async () => {
    const ca = await createCa({ name: "Device CA" });
    const namesake = await createCa({ name: "Device CA" });
    const leaf = await issueLeaf(namesake, { subject: "CN=0123" });
    expect(new X509Certificate(leaf.der).verify(ca.publicKey)).toBe(false);
  });

  test("a verification certificate bears the registration code under the CA's signature", async () => {
    const ca = await createCa({ name: "Device CA" });
    const code = "0f".repeat(32);
    const certificate = await createVerificationCertificate(ca, code);
    expect(toCertificateFacts(certificate.der).subject).toBe(`CN=${code}`);
    expect(new X509Certificate(certificate.der).verify(ca.publicKey)).toBe(true);
  });
});
