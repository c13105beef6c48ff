import { type Inspection, inspectManifest } from "../../formats/inspect-manifest.ts";
import type {
  ManifestProblem,
  ManifestRecord,
  ManifestWarning,
} from "../../formats/manifest-format.ts";
import { manifestFormats } from "../../formats/manifest-formats.ts";
import {
  type ManifestProblemCode,
  type ManifestWarningCode,
  manifestProblems,
  manifestWarnings,
} from "../../formats/manifest-problems.ts";
import { parseMapping } from "../column-mapping.ts";
import { colors, plural, print, toFields } from "../output.ts";
import { createProgress } from "../progress.ts";
import { openFile, readCaCertificates, readOneCertificate } from "../read-files.ts";
import { exitCodes } from "../report-error.ts";
import { toSize } from "../size-text.ts";
import { wrapText } from "../wrap-text.ts";

/** A terminal shows so many problems; --json has them all. */
const maxShown = 20;
const maxIssuers = 8;
/** Of one kind of warning, which tend to come with every record. */
const maxAlike = 3;

export interface InspectOptions {
  readonly map?: readonly string[];
  readonly signer?: readonly string[];
  readonly root?: readonly string[];
}

/** Prints what is in a manifest; the exit code says whether all of it can be used. */
export async function inspectFile(
  path: string,
  { options, json }: { readonly options: InspectOptions; readonly json: boolean },
): Promise<void> {
  const found: Found = { problems: [], warnings: [] };
  const inspection = await inspect(path, { options, found, json });
  const data = { file: path, ...toData(inspection), ...found };
  print(json, data, () => toText(path, inspection, found));
  if (inspection.devices === 0) process.exitCode = exitCodes.failed;
  else if (inspection.problems > 0) process.exitCode = exitCodes.partly;
}

interface Found {
  readonly problems: Omit<ManifestProblem, "kind">[];
  readonly warnings: ({ readonly record: number } & ManifestWarning)[];
}

async function inspect(
  path: string,
  given: { readonly options: InspectOptions; readonly found: Found; readonly json: boolean },
): Promise<Inspection> {
  const { options, found, json } = given;
  const { map = [], signer = [], root = [] } = options;
  const file = openFile(path);
  const progress = createProgress("Inspecting", file.bytes, !json);
  const signers = signer.map(readOneCertificate);
  const roots = root.flatMap(readCaCertificates);
  return inspectManifest(
    {
      open: () => file.read(),
      openPart: ({ offset, length }) => file.read({ offset, length }),
      now: new Date(),
      onProblem: (problem) => {
        const { kind: _, ...data } = problem;
        if (json || found.problems.length < maxShown) found.problems.push(data);
      },
      onWarning: (record, warning) => {
        if (json || countAlike(found, warning) < maxAlike)
          found.warnings.push({ record, ...warning });
      },
      // It goes through the file twice.
      onProgress: (bytes) => progress.update(Math.round(bytes / 2)),
    },
    {
      source: path,
      ...(map.length > 0 && { mapping: parseMapping(map) }),
      signers,
      ...(roots.length > 0 && { roots }),
      acceptUnknownSigners: signers.length === 0,
    },
  ).finally(progress.clear);
}

function countAlike({ warnings }: Found, { code }: ManifestWarning): number {
  return warnings.filter((warning) => warning.code === code).length;
}

function toData({ firstRecords, ...counts }: Inspection) {
  return { ...counts, firstRecords: firstRecords.map(toRecordData) };
}

function toRecordData({ record, facts, chain, ...rest }: ManifestRecord) {
  const { deviceId, idSource, attributes, verified } = rest;
  const { certificateId, subject, issuer, serial, notBefore, notAfter } = facts;
  const certificate = { certificateId, subject, issuer, serial, notBefore, notAfter };
  return { record, deviceId, idSource, ...certificate, chain: chain.length, attributes, verified };
}

function toText(path: string, inspection: Inspection, { problems, warnings }: Found): string {
  const sections = [
    toSummary(path, inspection),
    toList("Issuers", toCounts(inspection.issuers, maxIssuers)),
    toList("First devices", inspection.firstRecords.flatMap(toRecordLines)),
    toList("Problems", problems.flatMap(toFindingLines)),
    toList("Warnings", warnings.flatMap(toFindingLines)),
    toList("What helps", toRemedies(inspection)),
  ];
  const shown = sections.filter((section) => section !== "").join("\n\n");
  const more = inspection.problems - problems.length;
  return more > 0 ? `${shown}\n\n… and ${plural(more, "problem")} more: --json lists all` : shown;
}

function toSummary(path: string, inspection: Inspection): string {
  const { format, bytes, devices, problems, warnings, cas, expired, validity } = inspection;
  const title = manifestFormats.find(({ name }) => name === format)?.title ?? format;
  const mark = devices === 0 ? colors.red("✗") : colors.green("✓");
  const fields = toFields({
    format: title,
    size: `${toSize(bytes)}, ${plural(inspection.records, "record")}`,
    devices: devices.toLocaleString("en"),
    problems: problems > 0 ? colors.red(problems.toLocaleString("en")) : "none",
    warnings: warnings > 0 ? colors.yellow(warnings.toLocaleString("en")) : undefined,
    CAs: cas > 0 ? cas.toLocaleString("en") : undefined,
    ids: toLine(inspection.ids, "no ids in the manifest"),
    keys: toLine(inspection.keys),
    signatures: toLine(inspection.signatureAlgorithms),
    "valid from": validity && toRange(validity.notBefore),
    "valid until": validity && toRange(validity.notAfter),
    expired: expired > 0 ? colors.yellow(expired.toLocaleString("en")) : undefined,
    verified: toLine(inspection.verified, "nothing in the manifest"),
  });
  return `${problems > 0 && devices > 0 ? colors.yellow("!") : mark} ${path}\n${fields}`;
}

function toRange({ first, last }: { readonly first: Date; readonly last: Date }): string {
  const [from, to] = [first, last].map((time) => time.toISOString().slice(0, 10));
  return from === to ? `${from}` : `${from} to ${to}`;
}

/** @param none what to say for the kind "none". */
function toLine(counts: Inspection["keys"], none = "none"): string | undefined {
  const kinds = Object.entries(counts);
  if (kinds.length === 0) return undefined;
  const texts = kinds.map(([kind, count]) => {
    const name = kind === "none" ? none : kind;
    return kinds.length === 1 ? name : `${name} (${count.toLocaleString("en")})`;
  });
  return texts.slice(0, maxIssuers).join(", ");
}

const countWidth = 9;

function toCounts(counts: Inspection["issuers"], limit: number): readonly string[] {
  const kinds = Object.entries(counts);
  const lines = kinds.slice(0, limit).flatMap(([kind, count]) => {
    const [first = "", ...others] = wrapText(kind, countWidth + 2);
    return [count.toLocaleString("en").padStart(countWidth) + first.slice(countWidth), ...others];
  });
  const more = kinds.length - limit;
  return more > 0 ? [...lines, `${" ".repeat(countWidth)}  … and ${more} more`] : lines;
}

function toList(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [colors.bold(title), ...lines].join("\n");
}

function toRecordLines({ record, deviceId, facts, chain }: ManifestRecord): readonly string[] {
  const certificates = chain.length > 0 ? `, and ${plural(chain.length, "CA")}` : "";
  return [
    `  record ${record}  ${colors.bold(deviceId ?? "(no id)")}`,
    ...wrapText(`${facts.subject}${certificates}`, 4),
    `    ${colors.dim(facts.certificateId)}`,
  ];
}

function toFindingLines({ record, code, field, message }: Found["problems" | "warnings"][number]) {
  const where = field === undefined ? "" : ` in ${field}`;
  return [`  record ${record}  ${colors.bold(code)}${where}`, ...wrapText(message, 4)];
}

function toRemedies({ problemCodes, warningCodes }: Inspection): readonly string[] {
  const known = [
    ...Object.entries(problemCodes).map(([code, count]) => {
      return { code, count, remedy: manifestProblems[code as ManifestProblemCode].remedy };
    }),
    ...Object.entries(warningCodes).map(([code, count]) => {
      return { code, count, remedy: manifestWarnings[code as ManifestWarningCode].remedy };
    }),
  ];
  return known.flatMap(({ code, count, remedy }) => [
    `  ${code} × ${count.toLocaleString("en")}`,
    ...wrapText(remedy.replaceAll("`", ""), 4),
  ]);
}
