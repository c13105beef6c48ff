import type { Inspection } from "../../formats/inspect-manifest.ts";
import type { FindingGroup } from "../../formats/inspection/group-findings.ts";
import type { ManifestOptions, ManifestRecord } from "../../formats/manifest-format.ts";
import { colors, plural } from "../output.ts";
import { toPrintable } from "../terminal-text.ts";
import { wrapText } from "../wrap-text.ts";
import { toArchiveLines } from "./archive-text.ts";
import { toColumnLines } from "./columns-text.ts";
import { explainCode } from "./explain-code.ts";
import { toNextSteps } from "./next-steps.ts";
import { toSummary } from "./summary-text.ts";

/** What is in a manifest, for people: 80 columns, but for ids and paths that are longer. */
export function toInspectionText(
  path: string,
  inspection: Inspection,
  options: ManifestOptions,
): string {
  const { issuers, firstRecords, findings } = inspection;
  const groups = (kind: FindingGroup["kind"]) =>
    findings.filter((group) => group.kind === kind).flatMap(toGroupLines);
  const sections = [
    toSummary(path, inspection),
    toList("In the archive", inspection.contents ? toArchiveLines(inspection.contents) : []),
    toList("Columns", inspection.columns ? toColumnLines(inspection.columns) : []),
    toList("CAs in the file", toCaLines(inspection)),
    toList("Issuers", toCounts(issuers)),
    toList("First devices", firstRecords.flatMap(toRecordLines)),
    toList("Problems: these records are left out", groups("problem")),
    toList("Refused when pushed", groups("refusal")),
    toList("Warnings: these keep nothing out", groups("warning")),
    toList("What comes next", toNextSteps(path, inspection, options)),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function toList(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [colors.bold(title), ...lines].join("\n");
}

function toCaLines({ cas, caSubjects }: Inspection): readonly string[] {
  const more = cas - caSubjects.length;
  const lines = caSubjects.flatMap((subject) => wrapText(toPrintable(subject), 2));
  return more > 0 ? [...lines, `  … and ${more} more`] : lines;
}

const countWidth = 9;
const maxIssuers = 8;

function toCounts(counts: Inspection["issuers"]): readonly string[] {
  const kinds = Object.entries(counts);
  const lines = kinds.slice(0, maxIssuers).flatMap(([kind, count]) => {
    const [first = "", ...others] = wrapText(toPrintable(kind), countWidth + 2);
    return [count.toLocaleString("en").padStart(countWidth) + first.slice(countWidth), ...others];
  });
  const more = kinds.length - maxIssuers;
  return more > 0 ? [...lines, `${" ".repeat(countWidth)}  … and ${more} more`] : lines;
}

function toRecordLines(device: ManifestRecord): readonly string[] {
  const { record, deviceId, facts, chain, attributes } = device;
  const certificates = chain.length > 0 ? `, and ${plural(chain.length, "CA")}` : "";
  return [
    `  record ${record}  ${colors.bold(toPrintable(deviceId ?? "(no id)"))}`,
    ...wrapText(`${toPrintable(facts.subject)}${certificates}`, 4),
    `    ${colors.dim(facts.certificateId)}`,
    ...toAttributeLines(attributes),
  ];
}

const maxAttributes = 5;
const maxValueLength = 40;

/** As they would be in the ledger, for whoever looks whether the columns are what they should be. */
function toAttributeLines(attributes: ManifestRecord["attributes"]): readonly string[] {
  const all = Object.entries(attributes);
  if (all.length === 0) return [];
  const shown = all.slice(0, maxAttributes).map(([name, value]) => {
    const short = value.length > maxValueLength ? `${value.slice(0, maxValueLength)}…` : value;
    return `${name}=${short}`;
  });
  const more = all.length > maxAttributes ? [`and ${all.length - maxAttributes} more`] : [];
  return wrapText(toPrintable([...shown, ...more].join(", ")), 4);
}

const paint = { problem: colors.red, refusal: colors.red, warning: colors.yellow } as const;

function toGroupLines(group: FindingGroup): readonly string[] {
  const { kind, code, count, records, example } = group;
  const { meaning, remedy } = explainCode(group);
  const where = [example.entry, example.field]
    .flatMap((name) => (name === undefined ? [] : [`, ${toPrintable(name)}`]))
    .join("");
  return [
    `  ${paint[kind](code)}  ${toPlaces(count, records)}`,
    ...wrapText(meaning, 4),
    ...wrapText(`Record ${example.record}${where}: ${toPrintable(example.message)}`, 4),
    ...wrapText(`→ ${remedy.replaceAll("`", "")}`, 4),
  ];
}

const maxPlaces = 6;

function toPlaces(count: number, records: readonly number[]): string {
  const shown = [...new Set(records)].slice(0, maxPlaces);
  const more = count > shown.length ? ", …" : "";
  const list = shown.map((record) => record.toLocaleString("en")).join(", ");
  return count === 1 ? `record ${list}` : `${plural(count, "record")}: ${list}${more}`;
}
