import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { manifestProblems, manifestWarnings } from "../../src/formats/manifest-problems.ts";
import { codeOf, defectsOf, sampleDefects } from "../../src/formats/sample/sample-defects.ts";
import { sampleFormats } from "../../src/formats/sample/sample-formats.ts";
import { makeSample, readAll, runs } from "./support.ts";

/** Of records; without those that refuse the whole manifest. */
const harmless = (format: string) =>
  defectsOf(format).filter((name) => {
    const code = codeOf(name, format) ?? "";
    return (
      sampleDefects[name].of === "record" && (code in manifestProblems || code in manifestWarnings)
    );
  });

const names = sampleFormats.map(({ name }) => name);

describe("a manifest read in parts gives what the whole gives", () => {
  test.for(names)("%s, with every defect at once", async (name) => {
    const defects = name === "der" ? [] : [...harmless(name), "cut-short" as const];
    const count = name === "der" ? 1 : defects.length + 3;
    const { bytes, options } = makeSample(name, { count, defects });
    const whole = await readAll(bytes, { ...options, partRecords: 1000 });
    expect(whole.survey.parts).toHaveLength(1);
    const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 25 }), sizes, async (partRecords, chunkSizes) => {
        const parts = await readAll(bytes, { ...options, partRecords, chunkSizes });
        expect(parts.rows).toEqual(whole.rows);
        expect(parts.survey.records).toBe(whole.survey.records);
        expect(parts.survey.parts).toHaveLength(Math.ceil(whole.survey.records / partRecords));
      }),
      runs(2),
    );
  });

  test.for(names)("%s, damaged anywhere", async (name) => {
    const { bytes, options } = makeSample(name, { count: name === "der" ? 1 : 8 });
    const damage = fc.record({
      at: fc.nat(bytes.length - 1),
      remove: fc.nat(40),
      insert: fc.constantFrom("", '"', "\n", "{", "}", "]", "-----BEGIN ", "-----END", ",", "\0"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(damage, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 9 }),
        async (damages, partRecords) => {
          const damaged = damages.reduce((text, { at, remove, insert }) => {
            return text.slice(0, at) + insert + text.slice(at + remove);
          }, bytes.toString("latin1"));
          const input = Buffer.from(damaged, "latin1");
          const read = (records: number) =>
            readAll(input, { ...options, partRecords: records, chunkSizes: [700] }).catch(
              (error: { readonly code: string }) => error.code,
            );
          const whole = await read(1000);
          const parts = await read(partRecords);
          if (typeof whole === "string") expect(parts).toBe(whole);
          else expect(parts).toHaveProperty("rows", whole.rows);
        },
      ),
      runs(6),
    );
  });

  test("also by bytes", async () => {
    const { bytes } = makeSample("csv", { count: 50 });
    const { survey } = await readAll(bytes, { partBytes: 2000 });
    const [first, ...others] = survey.parts;
    expect(first).toMatchObject({ offset: bytes.indexOf("\n"), firstRecord: 1 });
    expect(others.length).toBeGreaterThan(10);
    expect(survey.parts.every(({ length }) => length < 3500)).toBe(true);
    expect(survey.parts.reduce((sum, { records }) => sum + records, 0)).toBe(50);
  });
});
