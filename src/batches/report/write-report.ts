import { writeRow } from "../../formats/csv/write-row.ts";
import { isFinal } from "../../rules/batch/batch-status.ts";
import type { BatchDeps } from "../batch-deps.ts";
import { toReportKey, toReportSoFarKey, toRowsKey } from "../batch-keys.ts";
import type { BatchRecord, PartRecord } from "../batch-record.ts";
import type { RowReport } from "../batch-use-cases.ts";
import { readNdjson } from "../ndjson.ts";

export type ReportFormat = "ndjson" | "csv";

const columns = [
  "record",
  "severity",
  "code",
  "field",
  "message",
  "certificateId",
  "deviceId",
  "entry",
  "entryRecord",
] as const;

/** Writes both forms of a batch's report, whole. */
export async function writeReports(deps: BatchDeps, batch: BatchRecord): Promise<void> {
  const parts = await deps.readParts(batch.id);
  await writeReport(deps, batch, parts, "ndjson");
  await writeReport(deps, batch, parts, "csv");
}

export async function writeReport(
  { objects }: Pick<BatchDeps, "objects">,
  batch: BatchRecord,
  parts: readonly PartRecord[],
  format: ReportFormat,
): Promise<void> {
  await objects.write(toPlaceOfReport(batch, format), toChunks(objects, batch, parts, format));
}

/** The key of a batch's report as it now stands. */
export function toPlaceOfReport(batch: BatchRecord, format: ReportFormat): string {
  return isReportFinal(batch) ? toReportKey(batch, format) : toReportSoFarKey(batch, format);
}

export interface ReportedPart {
  readonly part: number;
  readonly phase: "check" | "land";
  readonly key: string;
}

/** Parts whose rows have been looked into, and the key of what was found. */
export function listReportedParts(
  batch: BatchRecord,
  parts: readonly PartRecord[],
): readonly ReportedPart[] {
  return parts
    .filter(({ part, state, counts }) => {
      const isReported = part > 0 && state !== "checking";
      return isReported && (counts.refused > 0 || counts.warnings > 0);
    })
    .map(({ part, state }) => {
      const phase = state === "landed" ? "land" : "check";
      return { part, phase, key: toRowsKey(batch, part, phase) };
    });
}

const rowsOfChunk = 200;

async function* toChunks(
  objects: BatchDeps["objects"],
  batch: BatchRecord,
  parts: readonly PartRecord[],
  format: ReportFormat,
): AsyncGenerator<Uint8Array> {
  let lines: string[] = format === "csv" ? [writeRow(columns)] : [];
  for (const { key } of listReportedParts(batch, parts)) {
    for await (const row of readNdjson<RowReport>(objects, key)) {
      lines.push(format === "csv" ? toCsvRow(row) : `${JSON.stringify(row)}\n`);
      if (lines.length < rowsOfChunk) continue;
      yield Buffer.from(lines.join(""));
      lines = [];
    }
  }
  yield Buffer.from(lines.join(""));
}

function toCsvRow(row: RowReport): string {
  return writeRow(columns.map((column) => toSafeCell(String(row[column] ?? ""))));
}

/**
 * What a spreadsheet would take for a formula gets an apostrophe, which it takes for text: also after
 * what separates cells for some of them, as a semicolon does where the comma is for decimals.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
function toSafeCell(cell: string): string {
  const safe = /^[\t\r\n]/.test(cell) ? `'${cell}` : cell;
  return safe.replaceAll(/(^|[;|\t\r\n])(["\s]{0,9})(?=[=+\-@＝＋－＠])/g, "$1$2'");
}

export function isReportFinal({ status }: BatchRecord): boolean {
  return isFinal(status);
}
