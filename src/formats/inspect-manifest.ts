import { checkCertificate } from "../rules/certificate/check-certificate.ts";
import { toCertificateFacts } from "../rules/certificate/to-certificate-facts.ts";
import type { Finding } from "../rules/decision/reason-codes.ts";
import type { ArchiveContents } from "./archive/archive-contents.ts";
import { createDuplicateCheck } from "./duplicates.ts";
import { type DescribedColumn, describeColumns } from "./fields/describe-columns.ts";
import type { ManifestPart } from "./framing/cut-parts.ts";
import { type Counts, createCounter } from "./inspection/counter.ts";
import { createFindingGroups, type FindingGroup } from "./inspection/group-findings.ts";
import { createDeviceTally, type DeviceTally } from "./inspection/tally-devices.ts";
import type {
  Chunks,
  ManifestOptions,
  ManifestProblem,
  ManifestRecord,
  ManifestRow,
  ManifestWarning,
} from "./manifest-format.ts";
import { readManifestPart } from "./read-manifest.ts";
import {
  type ManifestSurvey,
  type OpenManifest,
  type SurveyOptions,
  surveyManifest,
} from "./survey-manifest.ts";

/** What Muster sees in a manifest. */
export interface Inspection extends DeviceTally {
  /** Name of the format. */
  readonly format: string;
  readonly wrapping: ManifestSurvey["wrapping"];
  /** Of a table or of JSON objects: what each column or member is read as. */
  readonly columns?: readonly DescribedColumn[];
  /** What files an archive has, and what became of them. */
  readonly contents?: ArchiveContents;
  readonly bytes: number;
  /** Records there are, CAs among them. */
  readonly records: number;
  readonly problems: number;
  /** Devices that every push refuses, whoever issued them and whatever the profile asks for. */
  readonly refused: number;
  /** CAs that belong to the whole file. */
  readonly cas: number;
  /** Subjects of the first of them. */
  readonly caSubjects: readonly string[];
  /** By code. */
  readonly problemCodes: Counts;
  readonly refusalCodes: Counts;
  readonly warningCodes: Counts;
  /** All that was found, by code. */
  readonly findings: readonly FindingGroup[];
}

export interface InspectSource {
  readonly open: OpenManifest;
  readonly openPart: (part: ManifestPart) => Chunks;
  /** What counts as expired. */
  readonly now: Date;
  readonly onProblem: (problem: ManifestProblem) => void;
  /** Called with what refuses a device's certificate. */
  readonly onRefusal?: (record: ManifestRecord, finding: Finding) => void;
  readonly onWarning: (record: number, warning: ManifestWarning) => void;
  /** Called with the bytes that were gone through; each byte counts twice. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Reads a manifest as a batch of it would be read, and tells what is in it. Memory grows by some 30
 * bytes a record, to find what is in it twice.
 *
 * @throws MusterError as `surveyManifest` and `readManifestPart` do.
 */
export async function inspectManifest(
  source: InspectSource,
  options: ManifestOptions & Pick<SurveyOptions, "ranges" | "limits">,
): Promise<Inspection> {
  const { open, openPart, onProgress = () => {} } = source;
  const survey = await surveyManifest(open, { ...options, onProgress });
  const checkDuplicates = createDuplicateCheck();
  const notes = createNotes(source);
  for (const part of survey.parts) {
    const chunks = countBytes(openPart(part), (read) => {
      onProgress(survey.bytes + part.offset + read);
    });
    for await (const row of readManifestPart(chunks, { survey, part }, options)) {
      notes.add(checkDuplicates(row));
    }
  }
  const { format, wrapping, bytes, records, context, contents } = survey;
  const cas = { cas: context.cas?.length ?? 0, caSubjects: toSubjects(context.cas) };
  const inside = contents === undefined ? {} : { contents };
  const { header } = context;
  const read = header ? { columns: describeColumns(header, options.mapping) } : {};
  return { format, wrapping, bytes, records, ...read, ...inside, ...cas, ...notes.result() };
}

const maxCaSubjects = 8;

/** The survey has read all of them. */
function toSubjects(cas: readonly string[] = []): readonly string[] {
  return cas
    .slice(0, maxCaSubjects)
    .map((text) => toCertificateFacts(Buffer.from(text, "base64")).subject);
}

function createNotes({ now, onProblem, onRefusal, onWarning }: InspectSource) {
  const tally = createDeviceTally(now);
  const groups = createFindingGroups();
  const codes = { problem: createCounter(), refusal: createCounter(), warning: createCounter() };
  const counts = { problems: 0, refused: 0 };

  function addRecord(record: ManifestRecord): void {
    const { record: number, warnings, entry } = record;
    const place = entry === undefined ? {} : { entry };
    tally.add(record);
    const refusals = findRefusals(record, now);
    if (refusals.length > 0) counts.refused += 1;
    for (const finding of refusals) {
      codes.refusal.add(finding.code);
      groups.add(number, {
        ...place,
        kind: "refusal",
        code: finding.code,
        message: finding.detail,
      });
      onRefusal?.(record, finding);
    }
    for (const warning of warnings) {
      codes.warning.add(warning.code);
      groups.add(number, { ...place, kind: "warning", ...warning });
      onWarning(number, warning);
    }
  }

  return {
    add: (row: ManifestRow) => {
      if (row.kind === "record") return addRecord(row);
      counts.problems += 1;
      codes.problem.add(row.code);
      groups.add(row.record, row);
      onProblem(row);
    },
    result: () => ({
      ...tally.result(),
      ...counts,
      problemCodes: codes.problem.counts(),
      refusalCodes: codes.refusal.counts(),
      warningCodes: codes.warning.counts(),
      findings: groups.groups(),
    }),
  };
}

/** What a push would say of a certificate, but for who issued it, which nobody has told yet. */
function findRefusals({ leaf, facts }: ManifestRecord, now: Date): readonly Finding[] {
  const given = { leaf, facts, intermediates: [], anchors: [], rules: {}, now };
  return checkCertificate(given).findings.filter(({ code }) => code !== "ISSUER_NOT_TRUSTED");
}

async function* countBytes(chunks: Chunks, onRead: (bytes: number) => void) {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    yield chunk;
    onRead(bytes);
  }
}
