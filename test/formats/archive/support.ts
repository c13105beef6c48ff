import type { ArchiveContents } from "../../../src/formats/archive/archive-contents.ts";
import type { ArchiveLimits } from "../../../src/formats/archive/archive-limits.ts";
import {
  infineonMtrSample,
  infineonSample,
  infineonZipSample,
} from "../../../src/formats/archive/infineon-sample.ts";
import { writeZip, type ZipFileSpec } from "../../../src/formats/archive/write-zip.ts";
import { zipSample } from "../../../src/formats/archive/zip-sample.ts";
import type { ManifestRow } from "../../../src/formats/manifest-format.ts";
import { readManifestPart } from "../../../src/formats/read-manifest.ts";
import { createSample, type SampleRequest } from "../../../src/formats/sample/create-sample.ts";
import {
  type ManifestSurvey,
  type SurveyOptions,
  surveyManifest,
} from "../../../src/formats/survey-manifest.ts";
import { now } from "../support.ts";

const samples = {
  zip: zipSample,
  infineon: infineonSample,
  "infineon-zip": infineonZipSample,
  "infineon-mtr": infineonMtrSample,
};

export type ArchiveSampleName = keyof typeof samples;

export function makeArchive(
  name: ArchiveSampleName,
  request: Partial<Omit<SampleRequest, "format">> = {},
): Buffer {
  const { chunks } = createSample({ format: samples[name], count: 4, now, ...request });
  return Buffer.concat([...chunks]);
}

export function zip(...files: readonly ZipFileSpec[]): Buffer {
  return Buffer.concat([...writeZip(files)]);
}

export interface ReadArchive {
  readonly survey: ManifestSurvey;
  readonly contents: ArchiveContents;
  readonly rows: readonly ManifestRow[];
}

/** Reads an archive from ranges, as one that lies in an object store is. */
export async function readArchive(
  bytes: Buffer,
  options: SurveyOptions & { readonly limits?: ArchiveLimits } = {},
): Promise<ReadArchive> {
  const ranges = {
    bytes: bytes.length,
    read: async ({ offset, length }: { readonly offset: number; readonly length: number }) => [
      bytes.subarray(offset, offset + length),
    ],
  };
  const given = { source: "delivery", ranges, ...options };
  const survey = await surveyManifest(() => [bytes], given);
  const rows: ManifestRow[] = [];
  for (const part of survey.parts) {
    for await (const row of readManifestPart([bytes], { survey, part }, given)) rows.push(row);
  }
  const { contents } = survey;
  if (contents === undefined) throw new Error("It is no archive.");
  return { survey, contents, rows };
}

/** Where rows are and what they are, a line each. */
export function toPlaces(rows: readonly ManifestRow[]): readonly string[] {
  return rows.map((row) => {
    const what = row.kind === "problem" ? row.code : (row.deviceId ?? "(no id)");
    return `${row.entry}${row.entryRecord === undefined ? "" : ` ${row.entryRecord}`}: ${what}`;
  });
}
