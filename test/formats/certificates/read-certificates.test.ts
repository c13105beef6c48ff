import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCertificates } from "../../../src/formats/certificates/read-certificates.ts";
import { toPem } from "../../../src/formats/certificates/to-pem.ts";
import { createCa, issueLeaf } from "../../../src/local/sample-pki.ts";
import { MusterError } from "../../../src/rules/errors.ts";

async function setup() {
  const ca = await createCa({ name: "Device CA" });
  const first = await issueLeaf(ca, { subject: "CN=0001" });
  const second = await issueLeaf(ca, { subject: "CN=0002" });
  return { ca, first, second };
}

function read(input: string | Uint8Array) {
  const { certificates, problems } = readCertificates(Buffer.from(input), "devices.pem");
  return {
    found: certificates.map(({ record, facts }) => `${record}: ${facts.subject}`),
    problems: problems.map(({ record, code, message }) => `${record}: ${code}: ${message}`),
    warnings: certificates.flatMap(({ warning }) => warning ?? []),
  };
}

const clean = { problems: [], warnings: [] };
const base64 = (der: Uint8Array) => Buffer.from(der).toString("base64");
const hex = (der: Uint8Array) => Buffer.from(der).toString("hex");
const wrap = (text: string, width: number) => text.match(new RegExp(`.{1,${width}}`, "g")) ?? [];

describe("readCertificates: one certificate", () => {
  const forms: Record<string, (pem: string, der: Uint8Array) => string | Uint8Array> = {
    PEM: (pem) => pem,
    "PEM after a byte order mark": (pem) => `\ufeff${pem}`,
    "PEM in UTF-16, little-endian": (pem) => Buffer.from(`\ufeff${pem}`, "utf16le"),
    "PEM in UTF-16, big-endian": (pem) => Buffer.from(`\ufeff${pem}`, "utf16le").swap16(),
    "PEM with text around": (pem) => `Bag Attributes\n  friendlyName: x\n${pem}\nthe end`,
    "PEM with CRLF": (pem) => pem.replaceAll("\n", "\r\n"),
    "PEM with CR alone": (pem) => pem.replaceAll("\n", "\r"),
    "PEM with literal \\n": (pem) => JSON.stringify({ certificate: pem }),
    "PEM with literal \\\\n": (pem) => JSON.stringify(JSON.stringify({ certificate: pem })),
    "PEM with literal \\r\\n": (pem) => pem.replaceAll("\n", "\\r\\n"),
    "PEM with spaces for line ends": (pem) => pem.replaceAll("\n", " "),
    "PEM without line ends": (pem) => pem.replaceAll("\n", ""),
    "PEM, indented": (pem) => pem.replaceAll(/^/gm, "\t  "),
    "PEM in one long line": (_, der) =>
      `-----BEGIN CERTIFICATE-----\n${base64(der)}\n-----END CERTIFICATE-----`,
    "PEM labelled X509": (pem) => pem.replaceAll("CERTIFICATE", "X509 CERTIFICATE"),
    "PEM of OpenSSL with trust settings": (_, der) =>
      toPem(Buffer.concat([der, Buffer.from("300c300a06082b06010505070302", "hex")])).replaceAll(
        "CERTIFICATE",
        "TRUSTED CERTIFICATE",
      ),
    DER: (_, der) => der,
    base64: (_, der) => base64(der),
    "base64 in lines": (_, der) => wrap(base64(der), 76).join("\r\n"),
    "base64 with spaces": (_, der) => wrap(base64(der), 64).join(" "),
    "base64 for URLs, not padded": (_, der) => Buffer.from(der).toString("base64url"),
    "base64 of PEM": (pem) => Buffer.from(pem).toString("base64"),
    "base64 of PEM in lines": (pem) => wrap(Buffer.from(pem).toString("base64"), 64).join("\n"),
    hex: (_, der) => hex(der),
    "hex in upper case with 0x": (_, der) => `0x${hex(der).toUpperCase()}\n`,
    "hex in lines with colons": (_, der) =>
      wrap(hex(der), 32)
        .map((line) => wrap(line, 2).join(":"))
        .join(":\n"),
  };

  test.for(Object.keys(forms))("in %s", async (form) => {
    const { first } = await setup();
    const input = forms[form]?.(first.pem, first.der) ?? "";
    expect(read(input)).toEqual({ ...clean, found: ["1: CN=0001"] });
    const [certificate] = readCertificates(Buffer.from(input), "x").certificates;
    expect(Buffer.from(certificate?.der ?? []).equals(first.der)).toBe(true);
  });

  test.for([
    ["DER", (der: Uint8Array) => der],
    ["PEM", (der: Uint8Array) => toPem(der)],
    ["base64", (der: Uint8Array) => base64(der)],
  ] as const)("with bytes after it in %s", async ([, encode]) => {
    const { first } = await setup();
    expect(read(encode(Buffer.concat([first.der, Buffer.from("00ff", "hex")])))).toEqual({
      found: ["1: CN=0001"],
      problems: [],
      warnings: ["2 bytes after the certificate were cut off."],
    });
  });
});

describe("readCertificates: several certificates", () => {
  test("in PEM, DER and lists", async () => {
    const { first, second } = await setup();
    const found = ["1: CN=0001", "2: CN=0002"];
    expect(read(first.pem + second.pem)).toEqual({ ...clean, found });
    expect(read(Buffer.concat([first.der, second.der]))).toEqual({ ...clean, found });
    for (const write of [base64, hex]) {
      expect(read(`${write(first.der)}\n\n${write(second.der)}\n`)).toEqual({ ...clean, found });
    }
  });

  test("in one line share its number", async () => {
    const { ca, first, second } = await setup();
    const lines = [first.pem + ca.pem, second.pem].map((pem) =>
      Buffer.from(pem).toString("base64"),
    );
    expect(read(lines.join("\n")).found).toEqual(["1: CN=0001", "1: CN=Device CA", "2: CN=0002"]);
  });

  test("of which one is bad lose that one alone", async () => {
    const { first, second } = await setup();
    const bad: readonly [string, RegExp][] = [
      [
        "-----BEGIN CERTIFICATE-----\nMIIB\n",
        /^2: CERTIFICATE_UNREADABLE: The PEM block has no end/,
      ],
      [
        "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n",
        /^2: CERTIFICATE_UNREADABLE: The PEM block does not hold base64/,
      ],
      [
        "-----BEGIN CERTIFICATE-----\nABCDE\n-----END CERTIFICATE-----\n",
        /^2: CERTIFICATE_UNREADABLE: The PEM block does not hold base64/,
      ],
      [
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        /^2: CERTIFICATE_UNREADABLE: The PEM block does not hold base64/,
      ],
      [
        toPem(first.der.subarray(0, 100)),
        /^2: CERTIFICATE_UNREADABLE: The certificate cannot be read: certificate: it ends before/,
      ],
    ];
    for (const [block, problem] of bad) {
      expect(read(first.pem + block + second.pem)).toEqual({
        found: ["1: CN=0001", "3: CN=0002"],
        problems: [expect.stringMatching(problem)],
        warnings: [],
      });
    }
  });

  test("in a list of which one line is bad lose that one alone", async () => {
    const { first, second } = await setup();
    const csr = Buffer.from("-----BEGIN CERTIFICATE REQUEST-----\n").toString("base64");
    for (const bad of ["junk!", base64(first.der).slice(0, 100), "3082", csr]) {
      expect(read([bad, base64(first.der), bad, base64(second.der)].join("\n"))).toMatchObject({
        found: ["2: CN=0001", "4: CN=0002"],
        problems: [
          expect.stringMatching(/^1: CERTIFICATE_UNREADABLE/),
          expect.stringMatching(/^3: CERTIFICATE_UNREADABLE/),
        ],
      });
    }
    expect(read(["junk!", csr, base64(first.der)].join("\n")).problems).toEqual([
      "1: CERTIFICATE_UNREADABLE: The line is neither base64 nor hex of a certificate.",
      "2: CERTIFICATE_UNREADABLE: The line decodes to PEM of another kind.",
    ]);
  });

  test("in DER of which the last is cut short lose that one", async () => {
    const { first, second } = await setup();
    const { found, problems } = read(Buffer.concat([first.der, second.der.subarray(0, -1)]));
    expect(found).toEqual(["1: CN=0001"]);
    expect(problems).toEqual([expect.stringMatching(/^2: .* it ends before its content does\.$/)]);
  });
});

describe("readCertificates: what is refused", () => {
  test.for([
    ["nothing", ""],
    ["blank lines", "\n \n"],
    ["prose", "Please find the certificates attached.\n"],
    ["a certificate request", "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n"],
    ["binary", Uint8Array.of(0, 255, 254, 128)],
    ["an ASCII zero", "0"],
  ] as const)("%s", ([, input]) => {
    expect(() => read(input)).toThrow("devices.pem holds no certificate.");
    expect(() => read(input)).toThrow(expect.objectContaining({ code: "CERTIFICATE_UNREADABLE" }));
  });

  test("more than 16 MiB", async () => {
    const { first } = await setup();
    const most = Buffer.alloc(16 * 1024 * 1024, " ");
    most.write(first.pem);
    expect(read(most).found).toEqual(["1: CN=0001"]);
    expect(() => read(Buffer.concat([most, Buffer.from(" ")]))).toThrow(
      expect.objectContaining({
        code: "INPUT_TOO_LARGE",
        message: "devices.pem has more than 16 MiB; split it.",
      }),
    );
  });

  test("a private key in any form, saying nothing of it", async () => {
    const { first } = await setup();
    const { privateKey, pem, privateKeyPem } = first;
    const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" });
    const sec1 = privateKey.export({ type: "sec1", format: "der" });
    const encrypted = privateKey.export({
      type: "pkcs8",
      format: "der",
      cipher: "aes-256-cbc",
      passphrase: "secret",
    });
    const inputs: readonly (string | Uint8Array)[] = [
      privateKeyPem,
      pem + privateKeyPem,
      privateKeyPem.replaceAll("\n", "\\n"),
      privateKeyPem.replaceAll("\n", ""),
      privateKey.export({ type: "sec1", format: "pem" }).toString(),
      "-----BEGIN ENCRYPTED PRIVATE KEY-----",
      "-----BEGIN OPENSSH PRIVATE KEY-----",
      "-----BEGIN RSA PRIVATE KEY-----",
      "-----begin private key-----",
      Buffer.from(`\ufeff${privateKeyPem}`, "utf16le"),
      Buffer.from(pem + privateKeyPem).toString("base64"),
      `${base64(first.der)}\n${Buffer.from(privateKeyPem).toString("base64")}`,
      Buffer.concat([first.der, Buffer.from(privateKeyPem)]),
      pkcs8,
      sec1,
      encrypted,
      base64(pkcs8),
      base64(sec1),
      hex(pkcs8),
      `${base64(first.der)}\n${base64(encrypted)}`,
      toPem(pkcs8),
      (await issueRsaKey()).export({ type: "pkcs1", format: "der" }),
    ];
    for (const input of inputs) {
      expect(() => read(input)).toThrow(
        expect.objectContaining({
          code: "PRIVATE_KEY_REFUSED",
          message:
            "devices.pem holds a private key. Give the certificate alone, such as the .pem or .crt beside it; Muster never wants the key.",
        }),
      );
    }
  });

  test("an unclosed block again and again takes no time", () => {
    const start = performance.now();
    const blocks = "-----BEGIN CERTIFICATE-----\n".repeat(50_000);
    expect(read(blocks).problems).toHaveLength(50_000);
    expect(performance.now() - start).toBeLessThan(3000);
  });

  test("hostile input gives nothing but problems and coded errors", async () => {
    const { first } = await setup();
    const pieces = fc.constantFrom(
      "-----BEGIN CERTIFICATE-----",
      "-----END",
      "\n",
      "\\n",
      "MII",
      "LS0t",
      "3082",
      "=",
      first.pem.slice(0, 200),
      base64(first.der).slice(0, 80),
      "\0",
      "\ufeff",
    );
    const text = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));
    const change = fc.record({ at: fc.nat(first.der.length - 1), byte: fc.nat(255) });
    const mutated = change.map(({ at, byte }) => first.der.with(at, byte));
    const input = fc.oneof(text, fc.uint8Array({ maxLength: 200 }), mutated);
    fc.assert(
      fc.property(input, (each) => {
        try {
          read(each);
        } catch (error) {
          if (!(error instanceof MusterError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});

async function issueRsaKey() {
  const { privateKey } = await createCa({ name: "RSA", key: "rsa-2048" });
  return privateKey;
}
