import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate,
} from "@peculiar/x509";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCa, createKeyPair, issueLeaf } from "../../../src/local/sample-pki.ts";
import type {
  CertificateFacts,
  KeyUsage,
} from "../../../src/rules/certificate/certificate-facts.ts";
import { toCertificateFacts } from "../../../src/rules/certificate/to-certificate-facts.ts";

const keyUsages: readonly KeyUsage[] = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
];

const second = fc.integer({ min: Date.UTC(1950, 0) / 1000, max: Date.UTC(9999, 11, 31) / 1000 });
const time = second.map((seconds) => new Date(seconds * 1000));

const leafOptions = fc.record({
  cn: fc.string({
    unit: fc.constantFrom(...Array.from("aB0 ü🌱-_.:/*")),
    minLength: 1,
    maxLength: 20,
  }),
  o: fc.string({ unit: fc.constantFrom(...Array.from("aB0-")), minLength: 1, maxLength: 20 }),
  serial: fc.bigInt(1n, 2n ** 127n).map((number) => number.toString(16).padStart(32, "0")),
  notBefore: time,
  notAfter: time,
  keyUsage: fc.subarray([...keyUsages], { minLength: 1 }),
  extendedKeyUsage: fc.subarray(["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"], { minLength: 1 }),
  basicConstraints: fc.oneof(
    fc.constant<false>(false),
    fc.record({ ca: fc.constant(false) }),
    fc.record({ ca: fc.constant(true), pathLength: fc.nat(300) }),
  ),
});

describe("toCertificateFacts", () => {
  test("reads of a certificate what another implementation does", async () => {
    const ca = await createCa({ name: "Device CA" });
    const key = await createKeyPair("ec-p256");
    await fc.assert(
      fc.asyncProperty(leafOptions, async ({ cn, o, ...options }) => {
        const subject = `CN=${cn.trim() || "x"},O=${o}`;
        const { der } = await issueLeaf(ca, { subject, key, ...options });
        const facts = toCertificateFacts(der);
        const expected = new X509Certificate(der);
        expect(summary(facts)).toEqual({
          certificateId: Buffer.from(await expected.getThumbprint("SHA-256")).toString("hex"),
          serial: expected.serialNumber.replace(/^00(?=.)/, ""),
          notBefore: expected.notBefore,
          notAfter: expected.notAfter,
          cn: expected.subjectName.getField("CN"),
          o: expected.subjectName.getField("O"),
          basicConstraints: basicConstraintsOf(expected),
          keyUsage: keyUsagesOf(expected),
          extendedKeyUsage: expected.getExtension(ExtendedKeyUsageExtension)?.usages,
          extensions: expected.extensions.map(({ type }) => type),
          criticalExtensions: expected.extensions
            .filter(({ critical }) => critical)
            .map(({ type }) => type),
        });
      }),
      { numRuns: 60 },
    );
  });
});

function summary(facts: CertificateFacts) {
  const { certificateId, serial, notBefore, notAfter, extensions, criticalExtensions } = facts;
  return {
    certificateId,
    serial,
    notBefore,
    notAfter,
    cn: facts.subjectAttributes["CN"],
    o: facts.subjectAttributes["O"],
    basicConstraints: facts.basicConstraints,
    keyUsage: facts.keyUsage,
    extendedKeyUsage: facts.extendedKeyUsage,
    extensions,
    criticalExtensions,
  };
}

function basicConstraintsOf(certificate: X509Certificate): CertificateFacts["basicConstraints"] {
  const extension = certificate.getExtension(BasicConstraintsExtension);
  if (extension === null) return undefined;
  const { ca, pathLength } = extension;
  return { ca, ...(pathLength !== undefined && { pathLength }) };
}

function keyUsagesOf(certificate: X509Certificate): readonly KeyUsage[] {
  const flags = certificate.getExtension(KeyUsagesExtension)?.usages ?? 0;
  return keyUsages.filter((usage) => (flags & KeyUsageFlags[usage]) !== 0);
}
