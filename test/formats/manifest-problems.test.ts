import { describe, expect, test } from "vitest";
import { toPem } from "../../src/formats/certificates/to-pem.ts";
import { createDuplicateCheck } from "../../src/formats/duplicates.ts";
import { manifestProblems, manifestWarnings } from "../../src/formats/manifest-problems.ts";
import type { SampleDefect } from "../../src/formats/sample/sample-defects.ts";
import { makeDevices, makeSample, type ReadOptions, readAll } from "./support.ts";

interface Case {
  readonly code: string;
  readonly input: (pem: string) => string | Uint8Array;
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
  { code: "JWS_INVALID", input: () => line({ payload: "e30", protected: "e30", signature: "?" }) },
  {
    code: "BYTES_AFTER_CERTIFICATE",
    input: (pem) => {
      const der = Buffer.from(pem.replaceAll(/-----.*?-----|\s/g, ""), "base64");
      return Buffer.concat([der, Buffer.alloc(16, 0xff)]);
    },
  },
  { code: "ATTRIBUTE_LEFT_OUT", input: (pem) => line({ cert: pem, more: { a: 1 } }) },
];

/** Those that a sample makes on purpose. */
const made: readonly (readonly [code: string, format: string, defect: SampleDefect])[] = [
  ["CERTIFICATE_IS_CA", "csv", "is-ca"],
  ["JWS_ALGORITHM_REFUSED", "microchip", "other-algorithm"],
  ["SIGNER_NOT_TRUSTED", "microchip", "unknown-signer"],
  ["ENTRY_SIGNATURE_INVALID", "microchip", "bad-signature"],
  ["UNIQUE_ID_MISMATCH", "microchip", "forged-id"],
  ["NO_CERTIFICATE", "microchip", "no-certificate"],
  ["PUBLIC_KEY_MISMATCH", "microchip", "other-key"],
  ["CHAIN_INVALID", "microchip", "other-ca"],
  ["DEVICE_ID_TWICE", "csv", "duplicate-id"],
  ["CERTIFICATE_TWICE", "csv", "duplicate-leaf"],
];

/** These are in the tests of the Microchip manifest, which need an altered payload. */
const elsewhere = [
  "SIGNER_MISMATCH",
  "SIGNER_NOT_VALID",
  "CERTIFICATE_AMBIGUOUS",
  "NAME_DIFFERS",
  "VERSION_UNKNOWN",
  "SIGNATURE_NOT_CHECKED",
];

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
    const [device] = await makeDevices(1);
    const pem = toPem(device?.leaf ?? new Uint8Array());
    expect(await codesOf(input(pem), options)).toEqual([code]);
  });

  test.for(made)("%s, in %s made with %s", async ([code, format, defect]) => {
    const { bytes, options } = makeSample(format, { defects: [defect] });
    expect(await codesOf(bytes, options)).toEqual([code]);
  });

  test("is in this file or named as being elsewhere", () => {
    const tried = [...cases.map(({ code }) => code), ...made.map(([code]) => code), ...elsewhere];
    const all = [...Object.keys(manifestProblems), ...Object.keys(manifestWarnings)];
    expect(tried.toSorted()).toEqual(all.toSorted());
  });
});
