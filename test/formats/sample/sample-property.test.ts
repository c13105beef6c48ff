import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDuplicateCheck } from "../../../src/formats/duplicates.ts";
import { manifestProblems, manifestWarnings } from "../../../src/formats/manifest-problems.ts";
import { createSample } from "../../../src/formats/sample/create-sample.ts";
import {
  codeOf,
  defectsOf,
  type SampleDefect,
  sampleDefects,
} from "../../../src/formats/sample/sample-defects.ts";
import type { SampleFormat, SampleRow } from "../../../src/formats/sample/sample-format.ts";
import { sampleFormats } from "../../../src/formats/sample/sample-formats.ts";
import { toCertificateId } from "../../../src/rules/certificate/to-certificate-id.ts";
import { now, type ReadOptions, readAll, recordsOf, runs } from "../support.ts";

/** Makes a sample, and keeps the devices that it was made of. */
function make(format: SampleFormat, count: number, defects: readonly SampleDefect[]) {
  const devices: SampleRow[] = [];
  const watched: SampleFormat = {
    ...format,
    *write(rows, given) {
      devices.push(...rows);
      yield* format.write(devices, given);
    },
  };
  const { chunks, pki } = createSample({ format: watched, count, defects, now });
  const bytes = Buffer.concat([...chunks]);
  const signed = pki.signer ? { signers: [pki.signer.der], roots: [pki.root.der] } : {};
  const options = { ...signed, ...(format.mapping && { mapping: format.mapping }) };
  return { bytes, devices, options };
}

const reading = fc.record({
  partRecords: fc.integer({ min: 1, max: 9 }),
  chunkSizes: fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 4 }),
});

/** What is told of a record while it is read; what a push finds later is not among it. */
function noted(format: string): readonly SampleDefect[] {
  return defectsOf(format).filter((defect) => {
    const code = codeOf(defect, format) ?? "";
    const isOfRecord = sampleDefects[defect].of === "record";
    return isOfRecord && (code in manifestProblems || code in manifestWarnings);
  });
}

function spellings(format: string): readonly SampleDefect[] {
  return defectsOf(format).filter((defect) => codeOf(defect, format) === undefined);
}

describe("what is made is what is read", () => {
  test.for(sampleFormats)(
    "$name: every device, in order, however it is spelt and cut",
    async (format) => {
      const most = Math.min(7, format.maxCount ?? 7);
      const defects = fc.subarray([...spellings(format.name)], { maxLength: 1 });
      const given = fc.tuple(fc.integer({ min: 1, max: most }), defects, reading);
      await fc.assert(
        fc.asyncProperty(given, async ([count, spelling, options]) => {
          const { bytes, devices, options: own } = make(format, count, spelling);
          const { rows } = await readAll(bytes, { ...own, ...options } satisfies ReadOptions);
          const records = recordsOf(rows);
          expect(records.map(({ facts }) => facts.certificateId)).toEqual(
            devices.map(({ certificate }) => toCertificateId(certificate)),
          );
          expect(records.flatMap(({ warnings }) => warnings)).toEqual([]);
          const ids = records.flatMap(({ deviceId }) => deviceId ?? []);
          if (ids.length > 0) expect(ids).toEqual(devices.map(({ deviceId }) => deviceId));
        }),
        runs(2),
      );
    },
  );

  const spoilable = sampleFormats.filter(
    ({ name, maxCount }) => noted(name).length > 0 && maxCount !== 1,
  );
  test.for(spoilable)("$name: each spoilt record with its code, and no other", async (format) => {
    const defects = fc.subarray([...noted(format.name)], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(defects, reading, async (spoilt, options) => {
        // So many that none of the spoilt stands beside another.
        const { bytes, options: own } = make(format, 2 * (spoilt.length + 1), spoilt);
        const { rows } = await readAll(bytes, { ...own, ...options });
        const codes = rows.map(createDuplicateCheck()).flatMap((row) => {
          return row.kind === "problem" ? [row.code] : row.warnings.map(({ code }) => code);
        });
        expect(codes).toEqual(spoilt.map((defect) => codeOf(defect, format.name)));
      }),
      runs(2),
    );
  });
});
