import { expect, test } from "vitest";
import { type Inspection, inspectManifest } from "../../src/formats/inspect-manifest.ts";
import type { ManifestProblem } from "../../src/formats/manifest-format.ts";
import type { SampleDefect } from "../../src/formats/sample/sample-defects.ts";
import { makeSample, now } from "./support.ts";

async function inspect(
  format: string,
  defects: readonly SampleDefect[] = [],
): Promise<Inspection & { readonly found: readonly ManifestProblem[]; readonly warned: number[] }> {
  const { bytes, options } = makeSample(format, { count: 20, defects });
  const found: ManifestProblem[] = [];
  const warned: number[] = [];
  const seen: number[] = [];
  const inspection = await inspectManifest(
    {
      open: () => [bytes],
      openPart: ({ offset, length }) => [bytes.subarray(offset, offset + length)],
      now,
      onProblem: (problem) => found.push(problem),
      onWarning: (record) => warned.push(record),
      onProgress: (done) => seen.push(done),
    },
    options,
  );
  expect(seen.at(-1)).toBe(2 * bytes.length);
  return { ...inspection, found, warned };
}

test("an inspection counts devices by what they are", async () => {
  expect(await inspect("microchip")).toMatchObject({
    format: "microchip",
    records: 20,
    devices: 20,
    problems: 0,
    keys: { "EC P-256": 20 },
    signatureAlgorithms: { ecdsaWithSha256: 20 },
    ids: { uniqueId: 20 },
    verified: { signature: 20 },
    issuers: { "O=Microchip Technology Inc, CN=Crypto Authentication Signer F600 (sample)": 20 },
    validity: {
      notBefore: { first: new Date("2026-01-15T10:00:00Z") },
      notAfter: { last: new Date("2054-01-15T10:00:00Z") },
    },
    expired: 0,
    firstRecords: [{ record: 1 }, { record: 2 }, { record: 3 }],
  });
  expect(await inspect("espressif")).toMatchObject({
    keys: { "RSA 2048": 20 },
    ids: { "column MAC": 20 },
    verified: { none: 20 },
  });
  expect(await inspect("pem-chain")).toMatchObject({
    records: 40,
    devices: 20,
    cas: 1,
    verified: { chain: 20 },
  });
});

test("an inspection tells every problem, and what is in the manifest twice", async () => {
  const { devices, problems, problemCodes, warningCodes, expired, found, warned } = await inspect(
    "csv",
    ["duplicate-leaf", "duplicate-id", "is-ca", "expired"],
  );
  expect({ devices, problems, expired, warned }).toEqual({
    devices: 18,
    problems: 2,
    expired: 1,
    warned: [5],
  });
  expect(problemCodes).toEqual({ DEVICE_ID_TWICE: 1, CERTIFICATE_IS_CA: 1 });
  expect(warningCodes).toEqual({ CERTIFICATE_TWICE: 1 });
  expect(found.map(({ record, code }) => [record, code])).toEqual([
    [9, "DEVICE_ID_TWICE"],
    [13, "CERTIFICATE_IS_CA"],
  ]);
});
