import { describe, expect, test } from "vitest";
import { findCertificates } from "../../src/formats/pkcs7/find-certificates.ts";
import { sequence } from "../support/encode-der.ts";
import { readBothWays } from "./read-both-ways.ts";
import { makeSample, readAll, recordsOf, toLines } from "./support.ts";

const pem = (label: string, der: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString("base64")}\n-----END ${label}-----\n`;

/** The same with lengths that are not told, but for the certificates themselves. */
function toIndefinite(der: Buffer): Buffer {
  const certificates = der.subarray(findCertificates(der), -2);
  const open = (tag: number, ...content: readonly Uint8Array[]) =>
    Buffer.concat([Buffer.of(tag, 0x80), ...content, Buffer.of(0, 0)]);
  const hex = (text: string) => Buffer.from(text, "hex");
  const nested = open(0x30, hex("06092a864886f70d010701"), open(0xa0, open(0x24, hex("040100"))));
  const signed = open(0x30, hex("0201013100"), nested, open(0xa0, certificates), hex("3100"));
  return open(0x30, hex("06092a864886f70d010702"), open(0xa0, signed));
}

describe("PKCS#7", () => {
  const { bytes } = makeSample("pkcs7", { count: 5 });
  const devices = [2, 3, 4, 5, 6].map((record) => `${record}: sensor-000000${record - 1}`);

  test.for([
    ["in DER", "pkcs7", bytes],
    ["in BER of indefinite lengths", "pkcs7", toIndefinite(bytes)],
  ] as const)("%s is read a certificate at a time", async ([, format, input]) => {
    const { survey, rows } = await readAll(input, { partRecords: 2, chunkSizes: [333] });
    expect([survey.format, survey.records]).toEqual([format, 6]);
    expect(toLines(rows)).toEqual(devices);
    expect(recordsOf(rows).map(({ verified }) => verified)).toEqual(Array(5).fill("chain"));
  });

  test.for(["PKCS7", "CMS", "CERTIFICATE"])("in PEM labelled %s is one record", async (label) => {
    const { survey, rows } = await readAll(`text\n${pem(label, bytes)}`);
    expect(survey.format).toBe("pem");
    expect(toLines(rows)).toEqual(devices.map((line) => line.replace(/^\d+/, "1")));
    expect(recordsOf(rows).map(({ chain }) => chain.length)).toEqual(Array(5).fill(1));
  });

  test("may follow another", async () => {
    const more = ["8: sensor-0000001", "9: sensor-0000002"];
    for (const gap of [Buffer.of(), Buffer.alloc(90, 0x30), Buffer.from("\r\n")]) {
      const input = Buffer.concat([bytes, gap, toIndefinite(bytes)]);
      const { lines } = await readBothWays(input);
      expect(lines.slice(0, 5)).toEqual(devices);
      expect(lines.slice(5, 7)).toEqual(more);
      expect(lines).toHaveLength(10);
    }
  });

  test("may be in base64 or hex", async () => {
    const inLine = devices.map((line) => line.replace(/^\d+/, "1"));
    const base64 = bytes.toString("base64");
    const folded = (base64.match(/.{1,64}/g) ?? []).join("\r\n");
    for (const input of [base64, folded, bytes.toString("hex")]) {
      expect(await readBothWays(input)).toEqual({ format: "base64-list", cas: 1, lines: inLine });
    }
  });

  test("cut short loses what is cut", async () => {
    const { rows } = await readAll(bytes.subarray(0, -300));
    expect(toLines(rows)).toEqual([...devices.slice(0, -1), "6: CERTIFICATE_UNREADABLE"]);
  });

  test("of another kind is none", () => {
    const encrypted = Buffer.from("06092a864886f70d010703a000", "hex");
    for (const input of [sequence(encrypted), Buffer.from("3080"), bytes.subarray(0, 20)]) {
      expect(findCertificates(Buffer.from(input))).toBeUndefined();
    }
  });
});
