import { describe, expect, test } from "vitest";
import { createCa, issueLeaf, type SampleCertificate } from "../../../src/local/sample-pki.ts";
import { findCertificatePath } from "../../../src/rules/certificate/find-certificate-path.ts";
import { toCertificateFacts } from "../../../src/rules/certificate/to-certificate-facts.ts";
import {
  critical,
  encodeCertificate,
  extension,
  fromHex,
  name,
  oid,
  sequence,
  text,
} from "../../support/encode-der.ts";

const now = new Date("2026-01-01T00:00:00Z");
const subject = "CN=0123,O=Acme";

function find(
  leaf: SampleCertificate | Uint8Array,
  intermediates: readonly (SampleCertificate | Uint8Array)[],
  anchors: readonly (SampleCertificate | Uint8Array)[],
) {
  const toDer = (each: SampleCertificate | Uint8Array) => ("der" in each ? each.der : each);
  const result = findCertificatePath({
    leaf: toDer(leaf),
    intermediates: intermediates.map(toDer),
    anchors: anchors.map(toDer),
    now,
  });
  return "path" in result
    ? result.path.map((facts) => facts.certificateId)
    : result.findings.map(({ code, detail }) => `${code}: ${detail}`);
}

function ids(...certificates: readonly SampleCertificate[]): readonly string[] {
  return certificates.map((each) => each.certificateId);
}

async function setup() {
  const root = await createCa({ name: "Root" });
  const issuing = await createCa({ name: "Issuing CA", issuer: root });
  return { root, issuing, leaf: await issueLeaf(issuing, { subject }) };
}

describe("findCertificatePath (RFC 5280 §6.1)", () => {
  test("goes from the leaf to a trust anchor, self-signed or not", async () => {
    const { root, issuing, leaf } = await setup();
    expect(find(leaf, [issuing], [root])).toEqual(ids(leaf, issuing, root));
    expect(find(leaf, [], [issuing])).toEqual(ids(leaf, issuing));
    expect(find(leaf, [issuing], [root, issuing])).toEqual(ids(leaf, issuing));
  });

  test("returns the facts of the leaf, with a path or without", async () => {
    const { issuing, leaf } = await setup();
    for (const anchors of [[issuing.der], []]) {
      const { facts } = findCertificatePath({ leaf: leaf.der, intermediates: [], anchors, now });
      expect(facts).toMatchObject({
        certificateId: leaf.certificateId,
        subject: "CN=0123, O=Acme",
      });
    }
  });

  test("trusts nothing without trust anchors", async () => {
    const { root, issuing, leaf } = await setup();
    expect(find(leaf, [issuing, root], [])).toEqual([
      "ISSUER_NOT_TRUSTED: There is no trusted issuer.",
    ]);
  });

  test("does not trust an issuer of another name", async () => {
    const { root, leaf } = await setup();
    const untrusted =
      "ISSUER_NOT_TRUSTED: It was issued by CN=Issuing CA, which no trusted issuer leads to.";
    expect(find(leaf, [], [root])).toEqual([untrusted]);
    const stranger = await createCa({ name: "Issuing CA" });
    expect(find(leaf, [stranger], [root])).toEqual([untrusted]);
  });

  test("finds a forged signature under a trusted name, directly or through a chain", async () => {
    const { root, issuing } = await setup();
    const forger = await createCa({ name: "Issuing CA" });
    const forged = await issueLeaf(forger, { subject });
    const expected = [
      expect.stringMatching(
        /^SIGNATURE_INVALID: The key of CN=Issuing CA \(serial [0-9a-f]{32}\) did not sign CN=0123, O=Acme\.$/,
      ),
    ];
    expect(find(forged, [], [issuing])).toEqual(expected);
    expect(find(forged, [issuing], [root])).toEqual(expected);
    expect(find(forged, [forger, issuing], [root])).toEqual(expected);
  });

  test("finds an altered certificate", async () => {
    const { issuing, leaf } = await setup();
    const altered = Uint8Array.from(leaf.der);
    const at = Buffer.from(altered).indexOf("0123");
    altered[at] = "9".charCodeAt(0);
    expect(find(altered, [], [issuing])).toEqual([expect.stringMatching(/^SIGNATURE_INVALID/)]);
  });

  test("is not deceived by a genuine certificate in PEM inside of a forged one", async () => {
    const { issuing, leaf } = await setup();
    const forger = await createCa({ name: "Issuing CA" });
    const value = new Uint8Array(Buffer.from(`\n${leaf.pem}\n`));
    const forged = await issueLeaf(forger, {
      subject: "CN=6666",
      extraExtensions: [{ oid: "1.2.3", critical: false, value }],
    });
    expect(() => find(forged, [], [issuing])).toThrow(
      "The certificate cannot be read: certificate: it has another one in PEM inside.",
    );
  });

  test("tries every trust anchor of one name", async () => {
    const { issuing, leaf } = await setup();
    const namesakes = [
      await createCa({ name: "Issuing CA" }),
      await createCa({ name: "Issuing CA", key: "ec-p384" }),
    ];
    expect(find(leaf, [], [...namesakes, issuing])).toEqual(ids(leaf, issuing));
  });

  test("turns back from CAs that may not issue, when there is another way", async () => {
    const { root } = await setup();
    const expired = await createCa({
      name: "Issuing CA",
      issuer: root,
      notAfter: new Date("2025-12-31T23:59:58Z"),
    });
    const renewed = await createCa({ name: "Issuing CA", issuer: root, key: expired });
    const leaf = await issueLeaf(expired, { subject });
    expect(find(leaf, [expired, renewed], [root])).toEqual(ids(leaf, renewed, root));
    expect(find(leaf, [expired], [root])).toEqual([
      "ISSUER_INVALID: CN=Issuing CA: It was valid until 2025-12-31T23:59:58.000Z; now is 2026-01-01T00:00:00.000Z.",
    ]);
    expect(find(leaf, [], [expired, renewed])).toEqual(ids(leaf, renewed));
  });

  test("lets no device issue certificates, not even a trusted one", async () => {
    const { issuing, leaf, root } = await setup();
    const fromLeaf = await issueLeaf(leaf, { subject: "CN=6666" });
    const refused =
      "ISSUER_INVALID: CN=0123, O=Acme: Its basic constraints do not say that it is a CA.";
    expect(find(fromLeaf, [leaf, issuing], [root])).toContain(refused);
    expect(find(fromLeaf, [], [leaf])).toContain(refused);
  });

  test("reports the path length of the CA that it exceeds", async () => {
    const root = await createCa({ name: "Root", pathLength: 0 });
    const issuing = await createCa({ name: "Issuing CA", issuer: root });
    const leaf = await issueLeaf(issuing, { subject });
    expect(find(leaf, [issuing], [root])).toEqual([
      "PATH_LENGTH_EXCEEDED: CN=Root allows 0 CAs below it; there are 1.",
    ]);
  });

  test("checks the signature algorithm of intermediates, not of trust anchors", async () => {
    const root = await createCa({ name: "Root", key: "rsa-2048", signatureHash: "SHA-1" });
    const issuing = await createCa({ name: "Issuing CA", issuer: root, signatureHash: "SHA-1" });
    const leaf = await issueLeaf(issuing, { subject });
    expect(find(leaf, [issuing], [root])).toEqual([
      expect.stringMatching(/^ISSUER_INVALID: CN=Issuing CA: It is signed with other:/),
    ]);
    expect(find(leaf, [], [issuing])).toEqual(ids(leaf, issuing));
  });

  test("passes over CAs that cannot be read", async () => {
    const { root, issuing, leaf } = await setup();
    const junk = Uint8Array.of(1, 2, 3);
    expect(find(leaf, [junk, issuing], [junk, root])).toEqual(ids(leaf, issuing, root));
  });

  test("throws when the leaf cannot be read", async () => {
    const { root } = await setup();
    expect(() => find(Uint8Array.of(1, 2, 3), [], [root])).toThrow(
      expect.objectContaining({ code: "CERTIFICATE_UNREADABLE" }),
    );
  });

  test("passes over a CA whose key is none", async () => {
    const { root, issuing, leaf } = await setup();
    const broken = encodeCertificate({
      subject: name(["2.5.4.3", text("Issuing CA", 0x13)]),
      extensions: [extension("2.5.29.19", sequence(critical))],
    });
    expect(find(leaf, [], [broken])).toEqual([
      "SIGNATURE_INVALID: The key of CN=Issuing CA (serial 01) did not sign CN=0123, O=Acme.",
    ]);
    expect(find(leaf, [broken, issuing], [root])).toEqual(ids(leaf, issuing, root));
  });

  test("throws when OpenSSL cannot read the leaf, though the facts can be read", async () => {
    const { root } = await setup();
    const innerAlgorithm = sequence(oid("1.2.840.113549.1.1.11"), fromHex("0501ff"));
    const leaf = encodeCertificate({ innerAlgorithm });
    expect(toCertificateFacts(leaf).signatureAlgorithm).toBe("sha256WithRSA");
    expect(() => find(leaf, [], [root])).toThrow(
      "The certificate cannot be read: certificate: OpenSSL refuses it.",
    );
  });

  test("does not go round in circles", async () => {
    const { root, issuing, leaf } = await setup();
    const cross = await createCa({ name: "Root", issuer: issuing, key: root });
    const other = await createCa({ name: "Other" });
    expect(find(leaf, [issuing, cross, root], [other])).toEqual([
      "ISSUER_NOT_TRUSTED: It was issued by CN=Issuing CA, which no trusted issuer leads to.",
    ]);
  });

  test("takes paths of eight certificates, and none of nine", async () => {
    const cas = [await createCa({ name: "CA 0" })];
    for (let level = 1; level <= 7; level += 1) {
      const issuer = cas.at(-1);
      if (issuer) cas.push(await createCa({ name: `CA ${level}`, issuer }));
    }
    const [anchor, ...intermediates] = cas;
    const [six, seven] = [cas.at(6), cas.at(7)];
    if (!anchor || !six || !seven) throw new Error("The chain is incomplete.");
    const eight = find(await issueLeaf(six, { subject }), intermediates, [anchor]);
    expect(eight).toHaveLength(8);
    const nine = find(await issueLeaf(seven, { subject }), intermediates, [anchor]);
    expect(nine).toEqual([expect.stringMatching(/^ISSUER_NOT_TRUSTED/)]);
  });

  test("gives up after 32 signatures", async () => {
    const { issuing, leaf } = await setup();
    const key = await createCa({ name: "Issuing CA" });
    const namesakes = await Promise.all(
      Array.from({ length: 32 }, () => createCa({ name: "Issuing CA", key })),
    );
    expect(find(leaf, [], [...namesakes.slice(1), issuing])).toEqual(ids(leaf, issuing));
    expect(find(leaf, [], [...namesakes, issuing])).toEqual([
      "ISSUER_NOT_TRUSTED: No path was found within 32 signatures.",
    ]);
    expect(find(leaf, [], namesakes)).toEqual([expect.stringMatching(/^SIGNATURE_INVALID/)]);
  });

  test.for([
    ["ec-p256", {}],
    ["ec-p384", { signatureHash: "SHA-384" }],
    ["ec-p521", { signatureHash: "SHA-512" }],
    ["rsa-2048", {}],
    ["rsa-2048", { signatureHash: "SHA-512" }],
    ["rsa-2048", { pss: true }],
    ["rsa-2048", { pss: true, signatureHash: "SHA-384" }],
  ] as const)("verifies signatures of %s %j", async ([key, options]) => {
    const ca = await createCa({ name: "Issuing CA", key });
    const leaf = await issueLeaf(ca, { subject, ...options });
    expect(find(leaf, [], [ca])).toEqual(ids(leaf, ca));
  });
});
