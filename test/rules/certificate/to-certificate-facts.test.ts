import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toCertificateFacts } from "../../../src/rules/certificate/to-certificate-facts.ts";
import { toCertificateId } from "../../../src/rules/certificate/to-certificate-id.ts";
import { MusterError } from "../../../src/rules/errors.ts";
import {
  type CertificateParts,
  critical,
  encodeCertificate,
  encodeDer,
  encodePublicKey,
  extension,
  fromHex,
  name,
  oid,
  sequence,
  text,
} from "../../support/encode-der.ts";
import { readEncoded, refusedAt } from "../../support/read-encoded.ts";

const algorithm = (id: string, ...parameters: readonly Uint8Array[]) =>
  sequence(oid(id), ...parameters);
const nothing = new Uint8Array();

describe("the frame of a certificate (RFC 5280 §4.1)", () => {
  test("the smallest is read", () => {
    const der = encodeCertificate();
    expect(toCertificateFacts(der)).toEqual({
      certificateId: createHash("sha256").update(der).digest("hex"),
      subject: "CN=0123",
      issuer: "CN=Device CA",
      subjectAttributes: { CN: ["0123"] },
      issuerNameSha256: toCertificateId(name(["2.5.4.3", text("Device CA")])),
      subjectNameSha256: toCertificateId(name(["2.5.4.3", text("0123")])),
      selfIssued: false,
      serial: "01",
      notBefore: new Date("2020-01-01T00:00:00Z"),
      notAfter: new Date("2049-12-31T23:59:59Z"),
      key: { algorithm: "ec", curve: "P-256", bits: 256 },
      publicKeySha256: toCertificateId(encodePublicKey()),
      signatureAlgorithm: "ecdsaWithSha256",
      extensions: [],
      criticalExtensions: [],
    });
  });

  test.for<[string, Partial<CertificateParts>, string | undefined]>([
    ["version 1, left out", { version: nothing }, undefined],
    ["version 1, written out", { version: encodeDer(0xa0, fromHex("020100")) }, undefined],
    ["version 2", { version: encodeDer(0xa0, fromHex("020101")) }, undefined],
    ["version 4", { version: encodeDer(0xa0, fromHex("020103")) }, "version"],
    ["a version that is no number", { version: encodeDer(0xa0, fromHex("0500")) }, "version"],
    ["two versions", { version: encodeDer(0xa0, fromHex("020102020102")) }, "version"],
    ["a serial that is no number", { serial: fromHex("0500") }, "serialNumber"],
    ["another algorithm signed", { outerAlgorithm: algorithm("1.2.3") }, "signatureAlgorithm"],
    ["an algorithm that is none", { innerAlgorithm: fromHex("0500") }, "signatureAlgorithm"],
    [
      "a signed algorithm that is none",
      { innerAlgorithm: fromHex("0500"), outerAlgorithm: algorithm("1.2.3") },
      "signature",
    ],
    ["an issuer that is none", { issuer: fromHex("0500") }, "issuer"],
    ["a validity that is none", { validity: fromHex("0500") }, "validity"],
    ["a subject that is none", { subject: fromHex("0500") }, "subject"],
    ["a key that is none", { publicKey: fromHex("0500") }, "subjectPublicKeyInfo"],
    ["more fields", { more: fromHex("0500") }, "tbsCertificate"],
    ["more parts", { end: fromHex("0500") }, "certificate"],
    ["a signature that is none", { signature: fromHex("0500") }, "signatureValue"],
    ["a signature of broken bits", { signature: fromHex("030101") }, "signatureValue"],
    ["unique ids", { uniqueIds: fromHex("810100820100") }, undefined],
    ["unique ids in the wrong order", { uniqueIds: fromHex("820100810100") }, "tbsCertificate"],
    [
      "unique ids in version 2",
      { version: encodeDer(0xa0, fromHex("020101")), uniqueIds: fromHex("810100") },
      undefined,
    ],
    [
      "unique ids in version 1",
      { version: nothing, uniqueIds: fromHex("810100") },
      "tbsCertificate",
    ],
    [
      "extensions in version 2",
      { version: encodeDer(0xa0, fromHex("020101")), extensions: [] },
      "tbsCertificate",
    ],
    ["extensions that are none", { more: encodeDer(0xa3, fromHex("0500")) }, "extensions"],
    ["two lists of extensions", { more: encodeDer(0xa3, sequence(), sequence()) }, "extensions"],
  ])("%s", ([, deviations, where]) => {
    expect(refusedAt(deviations)).toBe(where);
  });

  test.for([
    ["nothing", nothing],
    ["bytes after it", Buffer.concat([encodeCertificate(), fromHex("00")])],
    ["a certificate cut short", encodeCertificate().subarray(0, -1)],
    ["an empty sequence", sequence()],
    ["another tag", encodeDer(0x31)],
    ["PEM", Buffer.from("-----BEGIN CERTIFICATE-----")],
  ] as const)("refuses %s", ([, der]) => {
    expect(() => toCertificateFacts(der)).toThrow(MusterError);
  });

  test("takes 16 KiB and not a byte more", () => {
    const padded = (bytes: number) =>
      encodeCertificate({ extensions: [extension("1.2.3", new Uint8Array(bytes))] });
    const frame = padded(16_000).length - 16_000;
    const most = 16 * 1024 - frame;
    expect(padded(most)).toHaveLength(16 * 1024);
    expect(toCertificateFacts(padded(most)).extensions).toEqual(["1.2.3"]);
    expect(() => toCertificateFacts(padded(most + 1))).toThrow(
      "The certificate cannot be read: certificate: it has 16385 bytes; 16384 is the limit.",
    );
  });

  test("does not mind in what buffer the bytes lie", () => {
    const der = encodeCertificate();
    const within = Buffer.concat([fromHex("ffff"), der, fromHex("ff")]).subarray(2, -1);
    expect(toCertificateFacts(within)).toEqual(toCertificateFacts(der));
  });
});

describe("serial numbers (RFC 5280 §4.1.2.2)", () => {
  test.for([
    ["020100", "00"],
    ["02017f", "7f"],
    ["02020080", "80"],
    ["0202 00ff", "ff"],
    ["0202 0100", "0100"],
    ["0201ff", "ff"],
    [`0240${"11".repeat(64)}`, "11".repeat(64)],
    [`024100${"ff".repeat(64)}`, "ff".repeat(64)],
  ] as const)("%s is %s", ([hex, serial]) => {
    expect(readEncoded({ serial: fromHex(hex) }).serial).toBe(serial);
  });

  test("more than 64 bytes are refused", () => {
    expect(refusedAt({ serial: fromHex(`0241${"11".repeat(65)}`) })).toBe("serialNumber");
  });

  test("are lower-case hex of even length without sign byte, whatever the number", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 2n ** 160n), (number) => {
        const hex = number.toString(16);
        const even = hex.padStart(hex.length + (hex.length % 2), "0");
        const sign = Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? "00" : "";
        expect(readEncoded({ serial: encodeDer(0x02, fromHex(sign + even)) }).serial).toBe(even);
      }),
    );
  });
});

describe("hostile bytes", () => {
  function neverThrowsOtherwise(der: Uint8Array): void {
    try {
      toCertificateFacts(der);
    } catch (error) {
      if (!(error instanceof MusterError)) throw error;
    }
  }

  test("of any kind give nothing but a coded error", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), neverThrowsOtherwise));
  });

  test("in a certificate give nothing but a coded error", () => {
    const der = encodeCertificate({
      subject: name(["2.5.4.3", text("a")], ["2.5.4.3", encodeDer(0x1c, fromHex("00000041"))]),
      publicKey: encodePublicKey(
        algorithm("1.2.840.113549.1.1.1"),
        sequence(fromHex("02010f"), fromHex("020103")),
      ),
      extensions: [
        extension("2.5.29.19", sequence(critical), critical),
        extension("2.5.29.15", fromHex("03020780")),
        extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.2"))),
      ],
    });
    const change = fc.record({ at: fc.nat(der.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const mutated = Uint8Array.from(der);
        for (const { at, byte } of changes) mutated[at] = byte;
        neverThrowsOtherwise(mutated);
      }),
      { numRuns: 2000 },
    );
  });
});
