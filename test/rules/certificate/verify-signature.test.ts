import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createCa, issueLeaf, type KeyKind } from "../../../src/local/sample-pki.ts";
import { toCertificateFacts } from "../../../src/rules/certificate/to-certificate-facts.ts";
import { verifySignature } from "../../../src/rules/certificate/verify-signature.ts";

const signed: readonly (readonly [KeyKind, "SHA-256" | "SHA-384" | "SHA-512"])[] = [
  ["ec-p256", "SHA-256"],
  ["ec-p384", "SHA-384"],
  ["ec-p521", "SHA-512"],
  ["rsa-2048", "SHA-256"],
  ["rsa-2048", "SHA-384"],
  ["rsa-2048", "SHA-512"],
];

describe("the signature on a certificate", () => {
  test.for(signed)("of %s with %s is judged as OpenSSL judges it", async ([key, signatureHash]) => {
    const ca = await createCa({ name: "CA", key });
    const stranger = await createCa({ name: "CA", key });
    const { der } = await issueLeaf(ca, { subject: "CN=one", signatureHash });
    const facts = toCertificateFacts(der);
    const x509 = new X509Certificate(der);
    for (const { publicKey } of [ca, stranger]) {
      expect(verifySignature(der, facts, publicKey)).toBe(x509.verify(publicKey));
    }
    expect(verifySignature(der, facts, ca.publicKey)).toBe(true);
    // In the validity, the name or the key: whatever is signed.
    for (const place of [60, 120, 200]) {
      const altered = Uint8Array.from(der);
      altered[place] = (altered[place] ?? 0) ^ 1;
      expect(verifySignature(altered, facts, ca.publicKey)).toBe(false);
    }
  });

  test("is none of a key of another kind than its algorithm's", async () => {
    const ca = await createCa({ name: "CA", key: "rsa-2048" });
    const { der } = await issueLeaf(ca, { subject: "CN=one" });
    const passedOff = { signatureAlgorithm: "ecdsaWithSha256" } as const;
    expect(verifySignature(der, passedOff, ca.publicKey)).toBe(false);
  });

  test("is left to OpenSSL where it is RSASSA-PSS or of no algorithm that is known", async () => {
    const ca = await createCa({ name: "CA", key: "rsa-2048" });
    const { der } = await issueLeaf(ca, { subject: "CN=one", pss: true });
    expect(verifySignature(der, toCertificateFacts(der), ca.publicKey)).toBeUndefined();
    const other = { signatureAlgorithm: "other:1.2.3" } as const;
    expect(verifySignature(der, other, ca.publicKey)).toBeUndefined();
  });
});
