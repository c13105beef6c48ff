import { describe, expect, test } from "vitest";
import { createDuplicateCheck } from "../../../src/formats/duplicates.ts";
import type { ManifestRow } from "../../../src/formats/manifest-format.ts";
import { createSample } from "../../../src/formats/sample/create-sample.ts";
import {
  codeOf,
  defectsOf,
  isSampleDefect,
  type SampleDefect,
  sampleDefects,
} from "../../../src/formats/sample/sample-defects.ts";
import type { SampleFormat } from "../../../src/formats/sample/sample-format.ts";
import { allSamples, archiveSamples } from "../../../src/formats/sample/sample-formats.ts";
import { checkCertificate } from "../../../src/rules/certificate/check-certificate.ts";
import { MusterError } from "../../../src/rules/errors.ts";
import { readArchive } from "../archive/support.ts";
import { now, readAll } from "../support.ts";

function make(format: SampleFormat, defects: readonly SampleDefect[]) {
  const count = Math.min(4, format.maxCount ?? 4);
  const { chunks, pki } = createSample({ format, count, defects, now });
  const { mapping, dataObject } = format;
  const options = {
    ...(pki.signer && { signers: [pki.signer.der], roots: [pki.root.der] }),
    ...(mapping && { mapping }),
    ...(dataObject && { dataObject }),
  };
  return { bytes: Buffer.concat([...chunks]), options, pki };
}

/** Every code that a sample gives: of the file, of its records, and of their certificates. */
async function codesOf(format: SampleFormat, defects: readonly SampleDefect[]) {
  const { bytes, options, pki } = make(format, defects);
  const judge = (row: ManifestRow) => {
    if (row.kind === "problem") return [row.code];
    const { leaf, facts, chain, warnings } = row;
    const given = { leaf, facts, intermediates: chain, anchors: [pki.ca.der], rules: {}, now };
    return [...warnings, ...checkCertificate(given).findings].map(({ code }) => code);
  };
  try {
    const read = archiveSamples.includes(format) ? readArchive : readAll;
    const { rows } = await read(bytes, options);
    return rows.map(createDuplicateCheck()).flatMap(judge);
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    return [error.code];
  }
}

describe("a defect of a sample", () => {
  test.for(allSamples)(
    "of $name gives the code that its help names, and no other",
    async (format) => {
      const seen: Record<string, readonly string[]> = { none: await codesOf(format, []) };
      const expected: Record<string, readonly string[]> = { none: [] };
      for (const defect of defectsOf(format.name)) {
        seen[defect] = await codesOf(format, [defect]);
        const code = codeOf(defect, format.name);
        expected[defect] = code === undefined ? [] : [code];
      }
      expect(seen).toEqual(expected);
    },
  );

  test("is possible in some format, each", () => {
    const possible = new Set(allSamples.flatMap(({ name }) => defectsOf(name)));
    const defects = Object.keys(sampleDefects).filter(isSampleDefect);
    expect(defects.filter((name) => !possible.has(name))).toEqual([]);
  });
});
