import { describe, expect, test } from "vitest";
import { toPem } from "../../../src/formats/certificates/to-pem.ts";
import { createCa, issueLeaf, type SampleCertificate } from "../../../src/local/sample-pki.ts";
import { toCertificateId } from "../../../src/rules/certificate/to-certificate-id.ts";
import { type ReadOptions, readAll, recordsOf, toLines } from "../support.ts";

async function setup() {
  const root = await createCa({ name: "Root" });
  const ca = await createCa({ name: "Device CA", issuer: root });
  const first = await issueLeaf(ca, { subject: "CN=0001" });
  const second = await issueLeaf(ca, { subject: "CN=0002", basicConstraints: false });
  return { root, ca, first, second };
}

/** Devices, and the names of the CAs that each came with. */
async function read(certificates: readonly SampleCertificate[], options?: ReadOptions) {
  const names = new Map(certificates.map((each) => [each.certificateId, each.subject]));
  const text = certificates.map(({ pem }) => pem).join("");
  const { rows, survey } = await readAll(text, options);
  const devices = recordsOf(rows).map(({ record, facts, chain, verified }) => {
    const issuers = chain.map((der) => names.get(toCertificateId(der)));
    return [record, facts.subject, ...issuers, verified].join(" < ");
  });
  return { devices, cas: survey.context.cas?.length ?? 0, rows: rows.length };
}

describe("certificates in PEM, one after another", () => {
  test("are devices, each with the CAs that lead away from it, wherever these stand", async () => {
    const { root, ca, first, second } = await setup();
    const chain = "< CN=Device CA < CN=Root < chain";
    expect((await read([first, ca, root, second, ca, root])).devices).toEqual([
      `1 < CN=0001 ${chain}`,
      `4 < CN=0002 ${chain}`,
    ]);
    expect((await read([root, second, first, ca])).devices).toEqual([
      `2 < CN=0002 ${chain}`,
      `3 < CN=0001 ${chain}`,
    ]);
  });

  test("find their CAs in other parts", async () => {
    const { root, ca, first, second } = await setup();
    const read_ = await read([first, second, ca, root], { partRecords: 1 });
    expect(read_.devices).toEqual([
      "1 < CN=0001 < CN=Device CA < CN=Root < chain",
      "2 < CN=0002 < CN=Device CA < CN=Root < chain",
    ]);
  });

  test("are signed by a CA, not only named after one", async () => {
    const { ca, first } = await setup();
    const namesake = await createCa({ name: "Device CA" });
    expect((await read([first, namesake])).devices).toEqual(["1 < CN=0001 < none"]);
    expect((await read([first, namesake, ca])).devices).toEqual([
      "1 < CN=0001 < CN=Device CA < chain",
    ]);
    // Left to the caller, a name that only one CA has is enough; of two the signature decides.
    const byName = { verifyChains: false };
    expect((await read([first, ca], byName)).devices).toEqual([
      "1 < CN=0001 < CN=Device CA < none",
    ]);
    expect((await read([first, namesake, ca], byName)).devices).toEqual([
      "1 < CN=0001 < CN=Device CA < chain",
    ]);
  });

  test("that are CAs alone are no devices", async () => {
    const { root, ca } = await setup();
    expect(await read([root, ca, ca])).toEqual({ devices: [], cas: 2, rows: 0 });
  });

  test("may have a limit of path length, or none, or no basic constraints at all", async () => {
    const root = await createCa({ name: "Root", pathLength: 1 });
    const ca = await createCa({ name: "Device CA", issuer: root, pathLength: 0 });
    const leaf = await issueLeaf(ca, { subject: "CN=1", basicConstraints: false });
    const other = await issueLeaf(ca, { subject: "CN=2", basicConstraints: { ca: false } });
    expect(await read([leaf, other, ca, root])).toMatchObject({ cas: 2, rows: 2 });
  });

  test("of more than 200 CAs are no manifest of devices", async () => {
    const cas = await Promise.all(
      Array.from({ length: 201 }, (_, index) => createCa({ name: `CA ${index}` })),
    );
    await expect(read(cas)).rejects.toMatchObject({ code: "MANIFEST_UNREADABLE" });
  });
});

describe("what is around them", () => {
  test.for([
    ["nothing", (pem: string) => pem],
    ["CRLF", (pem: string) => pem.replaceAll("\n", "\r\n")],
    ["CR", (pem: string) => pem.replaceAll("\n", "\r")],
    ["a byte order mark", (pem: string) => `\ufeff${pem}`],
    ["what OpenSSL says", (pem: string) => `subject=C = DE, CN = x\nissuer=O = y\n${pem}`],
    ["bag attributes", (pem: string) => `Bag Attributes\n    friendlyName: x\n${pem}`],
    ["indentation", (pem: string) => pem.replaceAll(/^/gm, "   ")],
    ["other labels", (pem: string) => pem.replaceAll("CERTIFICATE", "X509 CERTIFICATE")],
  ] as const)("%s", async ([, write]) => {
    const { first, second } = await setup();
    const { rows, survey } = await readAll(write(first.pem) + second.pem);
    expect(survey.format).toBe("pem");
    expect(toLines(rows)).toEqual(["1: 0001", "2: 0002"]);
  });

  test("a block that is bad costs itself alone", async () => {
    const { first, second } = await setup();
    const blocks: readonly (readonly [block: string, code: string])[] = [
      ["-----BEGIN CERTIFICATE-----\nMIIB\n", "RECORD_UNCLOSED"],
      ["-----BEGIN CERTIFICATE-----\n%%\n-----END CERTIFICATE-----\n", "CERTIFICATE_UNREADABLE"],
      [toPem(first.der.subarray(0, 99)), "CERTIFICATE_UNREADABLE"],
      ["-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n", "CERTIFICATE_UNREADABLE"],
      [
        "-----BEGIN NEW CERTIFICATE REQUEST-----\nMIIB\n-----END NEW CERTIFICATE REQUEST-----\n",
        "REQUEST_NOT_CERTIFICATE",
      ],
      [`-----BEGIN CERTIFICATE-----\n${"A".repeat(300_000)}\n`, "RECORD_TOO_LONG"],
    ];
    for (const [block, code] of blocks) {
      const { rows } = await readAll(first.pem + block + second.pem);
      expect(toLines(rows), block.slice(0, 60)).toEqual(["1: 0001", `2: ${code}`, "3: 0002"]);
    }
  });
});

describe("certificates in DER and in lists", () => {
  test("are read one after another", async () => {
    const { ca, first, second } = await setup();
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
    const inputs: readonly (readonly [format: string, input: string | Uint8Array])[] = [
      ["der", Buffer.concat([first.der, second.der])],
      ["base64-list", `${base64(first.der)}\n\n${base64(second.der)}`],
      [
        "base64-list",
        [first, second].map(({ der }) => Buffer.from(der).toString("hex")).join("\n"),
      ],
      [
        "base64-list",
        [first, second].map(({ pem }) => base64(Buffer.from(pem + ca.pem))).join("\n"),
      ],
    ];
    for (const [format, input] of inputs) {
      const { survey, rows } = await readAll(input, { partRecords: 1, chunkSizes: [100] });
      expect([survey.format, ...toLines(rows)]).toEqual([format, "1: 0001", "2: 0002"]);
    }
  });

  test("may be one certificate over several lines", async () => {
    const { first } = await setup();
    const lines =
      Buffer.from(first.der)
        .toString("base64")
        .match(/.{1,64}/g) ?? [];
    expect(toLines((await readAll(lines.join("\r\n"))).rows)).toEqual(["1: 0001"]);
  });

  test("keep no bytes after a certificate, and say so", async () => {
    const { first, second } = await setup();
    const padding = Buffer.alloc(300, 0xff);
    const { rows } = await readAll(Buffer.concat([first.der, second.der, padding]));
    expect(toLines(rows)).toEqual(["1: 0001", "2: 0002 (BYTES_AFTER_CERTIFICATE)"]);
    expect(recordsOf(rows)[1]?.leaf).toEqual(second.der);
  });
});
