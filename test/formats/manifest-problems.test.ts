import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { toPem } from "../../src/formats/certificates/to-pem.ts";
import { createDuplicateCheck } from "../../src/formats/duplicates.ts";
import { manifestProblems, manifestWarnings } from "../../src/formats/manifest-problems.ts";
import { codeOf, defectsOf } from "../../src/formats/sample/sample-defects.ts";
import { sampleFormats } from "../../src/formats/sample/sample-formats.ts";
import { makeDevices, type ReadOptions, readAll } from "./support.ts";

interface Case {
  readonly code: string;
  /** @param pem of the first of four devices. */
  readonly input: (pem: string, ...others: readonly string[]) => string | Uint8Array;
  readonly options?: ReadOptions;
}

const csv = (...rows: readonly string[]) => ["id,cert", ...rows, ""].join("\n");
const quoted = (pem: string) => `"${pem}"`;
const line = (object: object) => `${JSON.stringify(object)}\n`;
const deep = `${"[".repeat(40)}${"]".repeat(40)}`;

/** A record of each kind that is refused or warned of, beside a good one. */
const cases: readonly Case[] = [
  { code: "RECORD_TOO_LONG", input: (pem) => csv(`1,${quoted(pem)}`, "x".repeat(300_000)) },
  { code: "RECORD_UNREADABLE", input: (pem) => `${line({ cert: pem })}{"cert"\n` },
  { code: "RECORD_UNCLOSED", input: (pem) => csv(`1,${quoted(pem)}`, '2,"') },
  { code: "RECORD_TOO_DEEP", input: (pem) => `${line({ cert: pem })}{"a":${deep}}\n` },
  { code: "CELL_COUNT_WRONG", input: (pem) => csv(`1,${quoted(pem)}`, "2,b,c") },
  { code: "CELL_CUT_BY_SPREADSHEET", input: () => csv(`1,${"A".repeat(32_767)}`) },
  { code: "CERTIFICATE_MISSING", input: () => csv("1,") },
  { code: "CERTIFICATE_UNREADABLE", input: () => csv("1,AAAA") },
  { code: "CERTIFICATES_SEVERAL", input: (pem) => `${line({ cert: pem, crt: pem })}` },
  { code: "REQUEST_NOT_CERTIFICATE", input: () => line({ ThingName: "a", CSR: "x" }) },
  { code: "CERTIFICATE_ID_ONLY", input: () => line({ ThingName: "a", CertificateId: "x" }) },
  {
    code: "NOT_A_CERTIFICATE",
    input: (pem) => `${pem}-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n`,
  },
  { code: "DEVICE_ID_MISSING", input: (pem) => csv(`,${quoted(pem)}`) },
  { code: "DEVICE_ID_INVALID", input: (pem) => csv(`a\u0007b,${quoted(pem)}`) },
  { code: "DEVICE_ID_DAMAGED", input: (pem) => csv(`"3,5E+14",${quoted(pem)}`) },
  {
    code: "DEVICE_ID_SHORT",
    input: (...pems) =>
      csv(...pems.map((pem, at) => `${at < 3 ? 1000001 + at : 4711},${quoted(pem)}`)),
  },
  { code: "JWS_INVALID", input: () => line({ payload: "e30", protected: "e30", signature: "?" }) },
  {
    code: "BYTES_AFTER_CERTIFICATE",
    input: (pem) => {
      const der = Buffer.from(pem.replaceAll(/-----.*?-----|\s/g, ""), "base64");
      return Buffer.concat([der, Buffer.alloc(16, 0xff)]);
    },
  },
  {
    code: "BYTES_BEFORE_CERTIFICATE",
    input: (pem) => {
      const der = Buffer.from(pem.replaceAll(/-----.*?-----|\s/g, ""), "base64");
      return Buffer.concat([Buffer.of(0xc0, 0x01, 0xca), der]);
    },
  },
  { code: "ATTRIBUTE_LEFT_OUT", input: (pem) => line({ cert: pem, more: { a: 1 } }) },
];

/** Those that a sample has on purpose; `sample-defects.test.ts` shows each. */
const made = sampleFormats.flatMap(({ name }) =>
  defectsOf(name).flatMap((defect) => codeOf(defect, name) ?? []),
);

/** These need more than a sample has, and are in a test of their own. */
const elsewhere: Readonly<Record<string, string>> = {
  DEVICE_ID_KNOWN: "../batches/known-ids.test.ts",
  ENTRY_UNREADABLE: "archive/zip.test.ts",
  SIGNATURE_NOT_CHECKED: "microchip/microchip-format.test.ts",
};

async function codesOf(input: string | Uint8Array, options?: ReadOptions) {
  const { rows } = await readAll(input, options);
  const checkDuplicates = createDuplicateCheck();
  return rows.map(checkDuplicates).flatMap((row) => {
    if (row.kind === "problem") return [row.code];
    return row.warnings.map(({ code }) => code);
  });
}

describe("every code of a problem and a warning", () => {
  test.for(cases)("$code", async ({ code, input, options }) => {
    const [pem = "", ...others] = (await makeDevices(4)).map(({ leaf }) => toPem(leaf));
    expect(await codesOf(input(pem, ...others), options)).toEqual([code]);
  });

  test("is made by a sample, in this file, or where this file says", () => {
    for (const [code, file] of Object.entries(elsewhere)) {
      expect(readFileSync(new URL(file, import.meta.url), "utf8"), file).toContain(code);
    }
    const tried = new Set<string>([
      ...cases.map(({ code }) => code),
      ...made,
      ...Object.keys(elsewhere),
    ]);
    const all = [...Object.keys(manifestProblems), ...Object.keys(manifestWarnings)];
    expect(all.filter((code) => !tried.has(code))).toEqual([]);
  });
});
