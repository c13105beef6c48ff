import { type Inspection, inspectManifest } from "../../formats/inspect-manifest.ts";
import type {
  ManifestOptions,
  ManifestProblem,
  ManifestRecord,
  ManifestWarning,
} from "../../formats/manifest-format.ts";
import { parseMapping } from "../column-mapping.ts";
import { parseDataObject } from "../data-object.ts";
import { print } from "../output.ts";
import { createProgress } from "../progress.ts";
import { openFile, readCaCertificates, readOneCertificate } from "../read-files.ts";
import { exitCodes } from "../report-error.ts";
import { explainCode } from "./explain-code.ts";
import { toInspectionText } from "./inspection-text.ts";

export interface InspectOptions {
  readonly map?: readonly string[];
  readonly signer?: readonly string[];
  readonly root?: readonly string[];
  readonly dataObject?: string;
}

/** What was found of single records, for programs. */
interface Listed {
  readonly problems: Omit<ManifestProblem, "kind">[];
  readonly refusals: {
    readonly record: number;
    readonly deviceId?: string;
    readonly code: string;
    readonly message: string;
  }[];
  readonly warnings: ({ readonly record: number } & ManifestWarning)[];
}

/** Prints what is in a manifest; the exit code says whether all of it can be used. */
export async function inspectFile(
  path: string,
  { options, json }: { readonly options: InspectOptions; readonly json: boolean },
): Promise<void> {
  const listed: Listed = { problems: [], refusals: [], warnings: [] };
  const given = readOptions(path, options);
  const inspection = await inspect(path, { options: given, json, listed });
  const data = { file: path, ...toData(inspection), ...listed };
  print(json, data, () => toInspectionText(path, inspection, given));
  const code = toExitCode(inspection);
  if (code !== undefined) process.exitCode = code;
}

/** @throws MusterError USAGE_INVALID, and as reading a certificate's file does */
function readOptions(
  path: string,
  { map = [], signer = [], root = [], dataObject }: InspectOptions,
): ManifestOptions {
  const signers = signer.map(readOneCertificate);
  const roots = root.flatMap(readCaCertificates);
  return {
    source: path,
    ...(map.length > 0 && { mapping: parseMapping(map) }),
    signers,
    ...(roots.length > 0 && { roots }),
    ...(dataObject !== undefined && { dataObject: parseDataObject(dataObject) }),
    acceptUnknownSigners: signers.length === 0,
  };
}

async function inspect(
  path: string,
  given: { readonly options: ManifestOptions; readonly json: boolean; readonly listed: Listed },
): Promise<Inspection> {
  const { options, json, listed } = given;
  const file = openFile(path);
  const progress = createProgress("Inspecting", file.bytes, !json);
  // A terminal is told by code; only programs get each record, which may be very many.
  const list = json ? listed : undefined;
  return inspectManifest(
    {
      // Opened when it is read from, which a ZIP is not.
      open: async function* () {
        yield* file.read();
      },
      openPart: async function* ({ offset, length }) {
        yield* file.read({ offset, length });
      },
      now: new Date(),
      onProblem: (problem) => {
        const { kind: _, ...data } = problem;
        list?.problems.push(data);
      },
      onRefusal: ({ record, deviceId }, { code, detail: message }) => {
        list?.refusals.push({ record, ...(deviceId !== undefined && { deviceId }), code, message });
      },
      onWarning: (record, warning) => list?.warnings.push({ record, ...warning }),
      // It goes through the file twice.
      onProgress: (bytes) => progress.update(Math.round(bytes / 2)),
    },
    { ...options, ranges: { bytes: file.bytes, read: async (range) => file.read(range) } },
  ).finally(progress.clear);
}

function toExitCode({ devices, refused, problems }: Inspection): number | undefined {
  if (devices === refused) return exitCodes.failed;
  return refused + problems > 0 ? exitCodes.partly : undefined;
}

function toData({ firstRecords, findings, ...counts }: Inspection) {
  const { devices, refused } = counts;
  return {
    ...counts,
    usable: devices - refused,
    firstRecords: firstRecords.map(toRecordData),
    findings: findings.map((group) => ({ ...group, ...explainCode(group) })),
  };
}

function toRecordData({ record, facts, chain, ...rest }: ManifestRecord) {
  const { deviceId, idSource, attributes, verified } = rest;
  const { certificateId, subject, issuer, serial, notBefore, notAfter } = facts;
  const certificate = { certificateId, subject, issuer, serial, notBefore, notAfter };
  return { record, deviceId, idSource, ...certificate, chain: chain.length, attributes, verified };
}
