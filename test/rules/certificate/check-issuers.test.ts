import { describe, expect, test } from "vitest";
import type { CertificateFacts } from "../../../src/rules/certificate/certificate-facts.ts";
import { checkIssuer } from "../../../src/rules/certificate/check-issuer.ts";
import { checkPathLength } from "../../../src/rules/certificate/check-path-length.ts";
import { createFacts } from "../../support/create-facts.ts";

const now = new Date("2026-01-01T00:00:00Z");

function createCaFacts(deviations: Partial<CertificateFacts> = {}): CertificateFacts {
  return createFacts({ subject: "CN=ca", basicConstraints: { ca: true }, ...deviations });
}

describe("checkPathLength (RFC 5280 §4.2.1.9)", () => {
  const leaf = createFacts({ subject: "CN=leaf" });
  const ca = (subject: string, pathLength?: number, selfIssued = false) =>
    createCaFacts({
      subject,
      selfIssued,
      basicConstraints: { ca: true, ...(pathLength !== undefined && { pathLength }) },
    });

  test.for<[string, readonly CertificateFacts[], readonly string[]]>([
    ["a leaf alone", [leaf], []],
    ["no limit", [leaf, ca("a"), ca("b"), ca("root")], []],
    ["a leaf directly under a limit of 0", [leaf, ca("root", 0)], []],
    [
      "one CA too many",
      [leaf, ca("sub"), ca("root", 0)],
      ["root allows 0 CAs below it; there are 1."],
    ],
    ["as many as allowed", [leaf, ca("sub"), ca("root", 1)], []],
    [
      "two limits, both exceeded",
      [leaf, ca("a"), ca("b", 0), ca("root", 1)],
      ["b allows 0 CAs below it; there are 1.", "root allows 1 CAs below it; there are 2."],
    ],
    ["a self-issued CA does not count", [leaf, ca("new", 0, true), ca("root", 0)], []],
    [
      "a self-issued CA has its own limit",
      [leaf, ca("sub"), ca("new", 0, true)],
      ["new allows 0 CAs below it; there are 1."],
    ],
    ["a CA without constraints", [leaf, createFacts({ subject: "CN=v1" }), ca("root", 1)], []],
    [
      "a self-issued leaf does not count either",
      [createFacts({ selfIssued: true }), ca("root", 0)],
      [],
    ],
  ])("%s", ([, path, details]) => {
    expect(checkPathLength(path)).toEqual(
      details.map((detail) => ({ code: "PATH_LENGTH_EXCEEDED", detail })),
    );
  });
});

describe("checkIssuer (RFC 5280 §6.1.4)", () => {
  const weak = { algorithm: "rsa", bits: 1024 } as const;
  const { basicConstraints: _, ...plain } = createCaFacts();

  test.for<[string, CertificateFacts, readonly RegExp[]]>([
    ["a CA", createCaFacts(), []],
    [
      "a CA that may sign certificates",
      createCaFacts({ keyUsage: ["cRLSign", "keyCertSign"] }),
      [],
    ],
    [
      "no basic constraints",
      plain,
      [/^CN=ca: Its basic constraints do not say that it is a CA\.$/],
    ],
    [
      "no CA",
      createCaFacts({ basicConstraints: { ca: false } }),
      [/^CN=ca: Its basic constraints do not say that it is a CA\.$/],
    ],
    [
      "no right to sign certificates",
      createCaFacts({ keyUsage: ["cRLSign"] }),
      [/^CN=ca: Its key usage does not allow keyCertSign\.$/],
    ],
    [
      "an expired CA",
      createCaFacts({ notAfter: new Date("2025-01-01T00:00:00Z") }),
      [/^CN=ca: It was valid until/],
    ],
    [
      "a CA of the future",
      createCaFacts({ notBefore: new Date("2027-01-01T00:00:00Z") }),
      [/^CN=ca: It is valid from/],
    ],
    ["a weak key", createCaFacts({ key: weak }), [/^CN=ca: Its key is RSA of 1024 bits/]],
    [
      "name constraints",
      createCaFacts({ extensions: ["2.5.29.30"] }),
      [/^CN=ca: Extension 2\.5\.29\.30 /],
    ],
    [
      "all at once",
      createCaFacts({ key: weak, keyUsage: [], extensions: ["2.5.29.30"] }),
      [/keyCertSign/, /RSA of 1024/, /2\.5\.29\.30/],
    ],
  ])("%s", ([, ca, details]) => {
    for (const trusted of [true, false]) {
      const findings = checkIssuer(ca, { trusted, now });
      expect(findings).toEqual(
        details.map((detail) => ({
          code: "ISSUER_INVALID",
          detail: expect.stringMatching(detail),
        })),
      );
    }
  });

  test("the signature on a trust anchor proves nothing, so any will do", () => {
    const sha1 = createCaFacts({ signatureAlgorithm: "other:1.2.840.113549.1.1.5" });
    expect(checkIssuer(sha1, { trusted: true, now })).toEqual([]);
    expect(checkIssuer(sha1, { trusted: false, now })).toEqual([
      {
        code: "ISSUER_INVALID",
        detail: expect.stringMatching(
          /^CN=ca: It is signed with other:1\.2\.840\.113549\.1\.1\.5;/,
        ),
      },
    ]);
  });
});
