import { describe, expect, test } from "vitest";
import { createCa, issueLeaf, type LeafOptions } from "../../../src/local/sample-pki.ts";
import {
  type CertificateRules,
  checkCertificate,
} from "../../../src/rules/certificate/check-certificate.ts";
import { encodeDer } from "../../support/encode-der.ts";

const now = new Date("2026-01-01T00:00:00Z");

async function check(options: Partial<LeafOptions>, rules: CertificateRules = {}) {
  const ca = await createCa({ name: "Device CA" });
  const leaf = await issueLeaf(ca, { subject: "CN=0123,O=Acme", ...options });
  return checkCertificate({ leaf: leaf.der, intermediates: [], anchors: [ca.der], rules, now });
}

describe("checkCertificate", () => {
  test.for<[string, Partial<LeafOptions>, CertificateRules, readonly string[]]>([
    ["an ordinary device certificate", {}, {}, []],
    [
      "one without any of the extensions",
      { basicConstraints: false, keyUsage: false, extendedKeyUsage: false },
      {},
      [],
    ],
    ["one that never expires", { notAfter: new Date("9999-12-31T23:59:59Z") }, {}, []],
    ["expired", { notAfter: new Date("2025-12-31T23:59:58Z") }, {}, ["CERTIFICATE_EXPIRED"]],
    ["future", { notBefore: new Date("2026-01-01T00:00:01Z") }, {}, ["CERTIFICATE_NOT_YET_VALID"]],
    ["a CA", { basicConstraints: { ca: true } }, {}, ["CERTIFICATE_IS_CA"]],
    ["key usage", { keyUsage: ["keyAgreement"] }, {}, ["KEY_USAGE_MISMATCH"]],
    [
      "extended key usage",
      { extendedKeyUsage: ["1.3.6.1.5.5.7.3.1"] },
      {},
      ["EXTENDED_KEY_USAGE_MISMATCH"],
    ],
    [
      "extended key usage that the profile requires",
      { extendedKeyUsage: false },
      { requireClientAuth: true },
      ["EXTENDED_KEY_USAGE_MISMATCH"],
    ],
    ["a weak key", { key: "rsa-1024" }, {}, ["KEY_NOT_ALLOWED"]],
    ["a curve that AWS IoT does not take", { key: "ec-secp256k1" }, {}, ["KEY_NOT_ALLOWED"]],
    ["Ed25519", { key: "ed25519" }, {}, ["KEY_NOT_ALLOWED"]],
    ["RSASSA-PSS", { key: "rsa-pss-2048" }, {}, []],
    ["a key that the profile allows", { key: "ec-p384" }, { keys: ["ec-p384"] }, []],
    ["a key that it does not", {}, { keys: ["ec-p384"] }, ["KEY_NOT_ALLOWED"]],
    [
      "an algorithm that the profile does not allow",
      {},
      { signatureAlgorithms: ["ecdsaWithSha384"] },
      ["SIGNATURE_ALGORITHM_NOT_ALLOWED"],
    ],
    [
      "an unknown critical extension",
      { extraExtensions: [{ oid: "1.2.3", critical: true }] },
      {},
      ["UNKNOWN_CRITICAL_EXTENSION"],
    ],
    ["an unknown extension", { extraExtensions: [{ oid: "1.2.3", critical: false }] }, {}, []],
    ["a subject that fits", {}, { subject: { CN: "####", O: "Acme" } }, []],
    ["a subject that does not", {}, { subject: { CN: "SN-*" } }, ["SUBJECT_MISMATCH"]],
    [
      "all at once, in a settled order",
      {
        notAfter: new Date("2025-12-31T23:59:58Z"),
        basicConstraints: { ca: true },
        keyUsage: ["keyAgreement"],
        extendedKeyUsage: ["1.3.6.1.5.5.7.3.1"],
        key: "rsa-1024",
        extraExtensions: [{ oid: "1.2.3", critical: true }],
      },
      { signatureAlgorithms: ["ecdsaWithSha384"], subject: { CN: "SN-*" } },
      [
        "CERTIFICATE_EXPIRED",
        "CERTIFICATE_IS_CA",
        "KEY_USAGE_MISMATCH",
        "EXTENDED_KEY_USAGE_MISMATCH",
        "KEY_NOT_ALLOWED",
        "SIGNATURE_ALGORITHM_NOT_ALLOWED",
        "UNKNOWN_CRITICAL_EXTENSION",
        "SUBJECT_MISMATCH",
      ],
    ],
  ])("%s", async ([, options, rules, codes]) => {
    const { facts, findings, path } = await check(options, rules);
    expect(findings.map(({ code }) => code)).toEqual(codes);
    expect(facts?.subject).toBe("CN=0123, O=Acme");
    expect(path).toHaveLength(2);
  });

  test("a signature with SHA-1 is refused", async () => {
    const ca = await createCa({ name: "Device CA", key: "rsa-2048" });
    const leaf = await issueLeaf(ca, { subject: "CN=0123", signatureHash: "SHA-1" });
    const { findings } = checkCertificate({
      leaf: leaf.der,
      intermediates: [],
      anchors: [ca.der],
      rules: {},
      now,
    });
    expect(findings.map(({ code }) => code)).toEqual(["SIGNATURE_ALGORITHM_NOT_ALLOWED"]);
  });

  test("without a path the other checks still run", async () => {
    const ca = await createCa({ name: "Device CA" });
    const leaf = await issueLeaf(ca, { subject: "CN=0123", keyUsage: ["keyAgreement"] });
    const result = checkCertificate({
      leaf: leaf.der,
      intermediates: [],
      anchors: [],
      rules: {},
      now,
    });
    expect(result.findings.map(({ code }) => code)).toEqual([
      "ISSUER_NOT_TRUSTED",
      "KEY_USAGE_MISMATCH",
    ]);
    expect(result.facts?.certificateId).toBe(leaf.certificateId);
    expect(result).not.toHaveProperty("path");
  });

  test.for([
    ["junk", Uint8Array.of(1, 2, 3)],
    ["an empty sequence", encodeDer(0x30)],
  ] as const)("%s is one finding", ([, leaf]) => {
    const result = checkCertificate({ leaf, intermediates: [], anchors: [], rules: {}, now });
    expect(result).toEqual({
      findings: [
        {
          code: "CERTIFICATE_UNREADABLE",
          detail: expect.stringMatching(/^The certificate cannot be read: /),
        },
      ],
    });
  });
});
