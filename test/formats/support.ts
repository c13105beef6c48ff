import type {
  ManifestOptions,
  ManifestRecord,
  ManifestRow,
} from "../../src/formats/manifest-format.ts";
import { readManifestPart } from "../../src/formats/read-manifest.ts";
import { createSample, type SampleRequest } from "../../src/formats/sample/create-sample.ts";
import type { SamplePki } from "../../src/formats/sample/sample-format.ts";
import { sampleFormats } from "../../src/formats/sample/sample-formats.ts";
import {
  type ManifestSurvey,
  type SurveyOptions,
  surveyManifest,
} from "../../src/formats/survey-manifest.ts";

export const now = new Date("2026-01-15T10:30:00Z");

/** How often a property is tried: few times in `npm test`, more often in `npm run test:formats`. */
export function runs(few: number): { readonly numRuns: number } {
  return { numRuns: few * Number(process.env["MUSTER_TEST_RUNS"] ?? 1) };
}

interface Read {
  readonly survey: ManifestSurvey;
  readonly rows: readonly ManifestRow[];
}

export interface ReadOptions extends ManifestOptions, SurveyOptions {
  /** Sizes of the chunks, again and again; whole by default. */
  readonly chunkSizes?: readonly number[];
}

/** Surveys a manifest and reads its parts, each alone. */
export async function readAll(
  input: string | Uint8Array,
  { chunkSizes, ...options }: ReadOptions = {},
): Promise<Read> {
  const bytes = Buffer.from(input);
  const survey = await surveyManifest(() => chop(bytes, chunkSizes), options);
  const rows: ManifestRow[] = [];
  // Handed on as a queue would: as JSON.
  const handedOn = JSON.parse(JSON.stringify(survey)) as ManifestSurvey;
  for (const part of handedOn.parts) {
    const partBytes = bytes.subarray(part.offset, part.offset + part.length);
    const given = { survey: handedOn, part };
    for await (const row of readManifestPart(chop(partBytes, chunkSizes), given, options)) {
      rows.push(row);
    }
  }
  return { survey, rows };
}

function* chop(bytes: Buffer, sizes: readonly number[] = [bytes.length || 1]) {
  let from = 0;
  for (let turn = 0; from < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(from, from + size);
    from += size;
  }
}

export function recordsOf(rows: readonly ManifestRow[]): readonly ManifestRecord[] {
  return rows.filter((row) => row.kind === "record");
}

/** Rows in one line each, for comparison. */
export function toLines(rows: readonly ManifestRow[]): readonly string[] {
  return rows.map((row) => {
    if (row.kind === "problem") return `${row.record}: ${row.code}`;
    const warnings = row.warnings.map(({ code }) => ` (${code})`).join("");
    return `${row.record}: ${row.deviceId ?? row.facts.subjectAttributes["CN"]?.[0]}${warnings}`;
  });
}

/** Makes a sample in memory. */
export function makeSample(
  name: string,
  request: Partial<Omit<SampleRequest, "format">> = {},
): { readonly bytes: Buffer; readonly options: ManifestOptions; readonly pki: SamplePki } {
  const format = sampleFormats.find((each) => each.name === name);
  if (format === undefined) throw new Error(`There is no sample format ${name}.`);
  const { chunks, pki } = createSample({
    format,
    count: Math.min(4, format.maxCount ?? 4),
    now,
    ...request,
  });
  const signed = pki.signer ? { signers: [pki.signer.der], roots: [pki.root.der] } : {};
  const { mapping } = format;
  return {
    bytes: Buffer.concat([...chunks]),
    options: { ...signed, ...(mapping && { mapping }) },
    pki,
  };
}

/** Device certificates as PEM. */
export async function makeDevices(count: number): Promise<readonly ManifestRecord[]> {
  const { bytes } = makeSample("pem", { count });
  return recordsOf((await readAll(bytes)).rows);
}
