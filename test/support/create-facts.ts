import type { CertificateFacts } from "../../src/rules/certificate/certificate-facts.ts";

/** The facts of an acceptable device certificate, but for what is given. */
export function createFacts(deviations: Partial<CertificateFacts> = {}): CertificateFacts {
  return {
    certificateId: "c1".repeat(32),
    subject: "CN=0123",
    issuer: "CN=Device CA",
    subjectAttributes: { CN: ["0123"] },
    issuerNameSha256: "a1".repeat(32),
    subjectNameSha256: "b1".repeat(32),
    selfIssued: false,
    serial: "01",
    notBefore: new Date("2020-01-01T00:00:00Z"),
    notAfter: new Date("2049-12-31T23:59:59Z"),
    key: { algorithm: "ec", curve: "P-256", bits: 256 },
    publicKeySha256: "d1".repeat(32),
    signatureAlgorithm: "ecdsaWithSha256",
    extensions: [],
    criticalExtensions: [],
    ...deviations,
  };
}
