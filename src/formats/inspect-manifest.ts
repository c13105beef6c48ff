import type { CertificateFacts } from "../rules/certificate/certificate-facts.ts";
import { createDuplicateCheck } from "./duplicates.ts";
import type { ManifestPart } from "./framing/cut-parts.ts";
import type {
  Chunks,
  ManifestOptions,
  ManifestProblem,
  ManifestRecord,
  ManifestWarning,
} from "./manifest-format.ts";
import { readManifestPart } from "./read-manifest.ts";
import { type OpenManifest, surveyManifest } from "./survey-manifest.ts";

/** What Muster sees in a manifest. */
export interface Inspection {
  /** Name of the format. */
  readonly format: string;
  readonly bytes: number;
  /** Records there are, CAs among them. */
  readonly records: number;
  readonly devices: number;
  readonly problems: number;
  readonly warnings: number;
  /** CAs that belong to the whole file. */
  readonly cas: number;
  /** Devices by their certificate's issuer, by key, and so on; of many kinds the first thousand. */
  readonly issuers: Counts;
  readonly keys: Counts;
  readonly signatureAlgorithms: Counts;
  /** By where the id comes from. */
  readonly ids: Counts;
  readonly verified: Counts;
  /** By code. */
  readonly problemCodes: Counts;
  readonly warningCodes: Counts;
  /** From when to when all certificates are valid together is between the inner two. */
  readonly validity?: Validity;
  readonly expired: number;
  readonly firstRecords: readonly ManifestRecord[];
}

type Counts = Readonly<Record<string, number>>;

interface Validity {
  readonly notBefore: { readonly first: Date; readonly last: Date };
  readonly notAfter: { readonly first: Date; readonly last: Date };
}

export interface InspectSource {
  readonly open: OpenManifest;
  readonly openPart: (part: ManifestPart) => Chunks;
  /** What counts as expired. */
  readonly now: Date;
  readonly onProblem: (problem: ManifestProblem) => void;
  readonly onWarning: (record: number, warning: ManifestWarning) => void;
  /** Called with the bytes that were gone through; each byte counts twice. */
  readonly onProgress?: (bytes: number) => void;
}

const firstRecords = 3;

/**
 * Reads a manifest as a batch of it would be read, and tells what is in it. Memory grows by some 30
 * bytes a record, to find what is in it twice.
 *
 * @throws MusterError as `surveyManifest` and `readManifestPart` do.
 */
export async function inspectManifest(
  { open, openPart, now, onProblem, onWarning, onProgress = () => {} }: InspectSource,
  options: ManifestOptions,
): Promise<Inspection> {
  const survey = await surveyManifest(open, { ...options, onProgress });
  const checkDuplicates = createDuplicateCheck();
  const tally = createTally(now);
  let problems = 0;
  const problemCodes = createCounter();
  for (const part of survey.parts) {
    const chunks = countBytes(openPart(part), (read) => {
      onProgress(survey.bytes + part.offset + read);
    });
    for await (const read of readManifestPart(chunks, { survey, part }, options)) {
      const row = checkDuplicates(read);
      if (row.kind === "problem") {
        problems += 1;
        problemCodes.add(row.code);
        onProblem(row);
        continue;
      }
      tally.add(row);
      for (const warning of row.warnings) onWarning(row.record, warning);
    }
  }
  const { format, bytes, records, context } = survey;
  const counts = { problems, problemCodes: problemCodes.counts(), cas: context.cas?.length ?? 0 };
  return { format, bytes, records, ...counts, ...tally.result() };
}

async function* countBytes(chunks: Chunks, onRead: (bytes: number) => void) {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    yield chunk;
    onRead(bytes);
  }
}

function createTally(now: Date) {
  const [issuers, keys, signatureAlgorithms] = [createCounter(), createCounter(), createCounter()];
  const [ids, verified, warningCodes] = [createCounter(), createCounter(), createCounter()];
  const first: ManifestRecord[] = [];
  let devices = 0;
  let expired = 0;
  let warnings = 0;
  let validity: Validity | undefined;
  return {
    add: (record: ManifestRecord) => {
      const { facts } = record;
      devices += 1;
      warnings += record.warnings.length;
      issuers.add(facts.issuer);
      keys.add(toKeyText(facts.key));
      signatureAlgorithms.add(facts.signatureAlgorithm);
      ids.add(record.idSource ?? "none");
      verified.add(record.verified);
      for (const { code } of record.warnings) warningCodes.add(code);
      if (facts.notAfter < now) expired += 1;
      validity = widen(validity, facts);
      if (first.length < firstRecords) first.push(record);
    },
    result: () => ({
      devices,
      expired,
      warnings,
      issuers: issuers.counts(),
      keys: keys.counts(),
      signatureAlgorithms: signatureAlgorithms.counts(),
      ids: ids.counts(),
      verified: verified.counts(),
      warningCodes: warningCodes.counts(),
      ...(validity && { validity }),
      firstRecords: first,
    }),
  };
}

function widen(sofar: Validity | undefined, { notBefore, notAfter }: CertificateFacts): Validity {
  return {
    notBefore: widenRange(sofar?.notBefore, notBefore),
    notAfter: widenRange(sofar?.notAfter, notAfter),
  };
}

function widenRange(range: { readonly first: Date; readonly last: Date } | undefined, time: Date) {
  if (range === undefined) return { first: time, last: time };
  const { first, last } = range;
  return { first: time < first ? time : first, last: time > last ? time : last };
}

function toKeyText({ algorithm, curve, bits }: CertificateFacts["key"]): string {
  return [algorithm.toUpperCase(), curve ?? bits].filter((part) => part !== undefined).join(" ");
}

const maxKinds = 1000;

function createCounter() {
  const counts = new Map<string, number>();
  return {
    add: (kind: string) => {
      const name = counts.has(kind) || counts.size < maxKinds ? kind : "others";
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    /** The most frequent first. */
    counts: (): Counts =>
      Object.fromEntries([...counts].toSorted(([, one], [, other]) => other - one)),
  };
}
