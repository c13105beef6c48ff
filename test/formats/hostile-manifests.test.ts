import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutRecords, type Frame } from "../../src/formats/framing/cut-records.ts";
import { type ManifestRow, maxRecordBytes } from "../../src/formats/manifest-format.ts";
import { manifestFormats } from "../../src/formats/manifest-formats.ts";
import { manifestProblems } from "../../src/formats/manifest-problems.ts";
import { sampleFormats } from "../../src/formats/sample/sample-formats.ts";
import { checkCertificate } from "../../src/rules/certificate/check-certificate.ts";
import { reasons } from "../../src/rules/decision/reason-codes.ts";
import { MusterError } from "../../src/rules/errors.ts";
import { makeSample, type ReadOptions, readAll, runs } from "./support.ts";

/** Gives rows or a coded refusal, whatever the input. */
async function readOrRefuse(
  input: Uint8Array,
  options: ReadOptions = { chunkSizes: [997], partRecords: 3 },
): Promise<readonly ManifestRow[]> {
  try {
    const { rows } = await readAll(input, options);
    // One expectation for all: there may be hundreds of thousands.
    expect(rows.every(({ record }) => record > 0)).toBe(true);
    return rows;
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    return [];
  }
}

async function readWell(input: Uint8Array): Promise<void> {
  await readOrRefuse(input);
}

type MutationOf<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;

const samples = sampleFormats.map(({ name }) => makeSample(name).bytes.toString("latin1"));
const pieces = fc.oneof(
  fc.constantFrom("[", "{", "}", "]", '"', ",", ";", "\n", "\r", "\\n", "\\", "\0", "\ufeff", "="),
  fc.constantFrom("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "0\x82", "MII"),
  fc.constantFrom('{"payload":"', '","protected":"', '"enrollments":[', "id,cert\n", "sep=;\n"),
  fc.string(),
  fc.constantFrom(...samples).chain((text) =>
    fc.record({ from: fc.nat(text.length), length: fc.nat(900) }).map(({ from, length }) => {
      return text.slice(from, from + length);
    }),
  ),
);

describe("hostile manifests", () => {
  test("of random bytes give rows or coded refusals", async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), readWell), {
      ...runs(60),
    });
  });

  test("of pieces of all formats give rows or coded refusals", async () => {
    const text = fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(text, (each) => readWell(Buffer.from(each, "latin1"))),
      runs(60),
    );
  });

  const mutation = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(40),
    bytes: fc.uint8Array({ maxLength: 6 }),
  });
  test.for(sampleFormats.map(({ name }) => name))(
    "of %s with bytes changed, lost and added give rows, certificates that can be judged, or coded refusals",
    async (name) => {
      const { bytes } = makeSample(name);
      const anchors = [new Uint8Array()];
      const mutate = (input: Buffer, { at, cut, bytes: added }: MutationOf<typeof mutation>) => {
        const from = Math.floor(at * input.length);
        return Buffer.concat([input.subarray(0, from), added, input.subarray(from + cut)]);
      };
      await fc.assert(
        fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 5 }), async (mutations) => {
          for (const row of await readOrRefuse(mutations.reduce(mutate, bytes))) {
            if (row.kind === "problem") {
              expect(manifestProblems).toHaveProperty(row.code);
              continue;
            }
            const { leaf, facts, chain: intermediates } = row;
            const given = { leaf, facts, intermediates, anchors, rules: {}, now: facts.notBefore };
            for (const { code } of checkCertificate(given).findings) {
              expect(Object.keys(reasons)).toContain(code);
            }
          }
        }),
        runs(5),
      );
    },
  );

  const megabytes = 1;
  const repeat = (text: string) => text.repeat(Math.ceil((megabytes * 1e6) / text.length));
  test.for([
    ["blocks that never end", `-----BEGIN CERTIFICATE-----\n${repeat("-----BEGIN ")}`],
    ["one block that never ends", `-----BEGIN CERTIFICATE-----\n${repeat("A")}`],
    ["open brackets", `[{"a":${repeat("[")}`],
    ["open objects", `[${repeat('{"a":')}`],
    ["open strings", `[${repeat('{"a\n')}`],
    ["escapes", `[{"${repeat("\\")}`],
    ["one line", `{"cert":"x"}\n{"a":"${repeat("a")}`],
    ["one cell", `id,cert\n"${repeat("a")}`],
    ["doubled quotes", `id,cert\n1,"${repeat('""')}`],
    ["open quotes", `id,cert\n${repeat('1,"a\n')}`],
    ["delimiters", `id,cert\n1${repeat(",")}`],
    ["blank rows", `id,cert\n${repeat(",\n")}`],
    ["blank lines", `{"cert":"x"}\n${repeat("\r\n")}`],
    ["short rows", `id,cert\n${repeat("a\n")}`.slice(0, 400_000)],
    ["stray text", `[{"cert":"x"}, ${repeat("x")}`],
    ["lengths beyond the file", Buffer.from(`3083ffffff${"30".repeat(1000)}`, "hex")],
  ] as const)("of %s take no memory beyond a record", async ([, input]) => {
    await readOrRefuse(Buffer.from(input as string, "latin1"), { chunkSizes: [16_384] });
  });

  test("never hand out more than a record's bytes at once", async () => {
    async function* endless() {
      for (let count = 0; count < 64; count += 1) yield Buffer.alloc(64 * 1024, 0x41);
    }
    for (const { cut, name } of manifestFormats) {
      const frames: Frame[] = [];
      for await (const some of cutRecords(endless(), cut({}))) frames.push(...some);
      expect(frames.length, name).toBeLessThanOrEqual(2);
      for (const { bytes } of frames) {
        // A frame of a fault may hold what was looked at so far, which is little more.
        expect(bytes.length, name).toBeLessThanOrEqual(2 * maxRecordBytes);
      }
    }
  });
});
