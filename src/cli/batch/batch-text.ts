import type { Batch, RowList } from "../api/batch-api.ts";
import { colors, plural, toFields, toTable } from "../output.ts";
import { exitCodes } from "../report-error.ts";
import { toSize } from "../size-text.ts";
import { toPrintable, widthOf, wrapWhole } from "../terminal-text.ts";

/** What an exit code says of a batch: that all rows landed, or how it fell short of that. */
export function toExitCode({ status, counts }: Batch): number {
  if (status === "failed" || status === "expired") return exitCodes.failed;
  if (status === "awaiting-approval") return exitCodes.waiting;
  if (status !== "completed" && status !== "recalled") return 0;
  if (counts.refused === 0) return 0;
  return counts.refused < counts.rows ? exitCodes.partly : exitCodes.failed;
}

export function toBatchText(batch: Batch): string {
  const { id, fileName, bytes, manufacturer, profile, profileVersion, format, problem } = batch;
  const { rows, added, known, refused, warnings } = batch.counts;
  const count = (number: number) => number.toLocaleString("en");
  return [
    `${toMark(batch)} Batch ${colors.bold(id)}: ${toStanding(batch)}`,
    toFields({
      file: `${toPrintable(fileName)}, ${toSize(bytes)}${format === undefined ? "" : `, ${format}`}`,
      manufacturer,
      profile: `${profile}, version ${profileVersion}`,
      rows: count(rows),
      added: batch.dryRun ? `${count(added)} would be` : count(added),
      "known already": known > 0 ? count(known) : undefined,
      refused: refused > 0 ? colors.red(count(refused)) : "none",
      warnings: warnings > 0 ? colors.yellow(count(warnings)) : undefined,
      "to be approved": toApproval(batch),
      "in AWS IoT": toRegistration(batch),
      took: toDuration(batch),
      why: problem && `${colors.red(problem.code)} ${toPrintable(problem.message)}`,
    }),
  ].join("\n");
}

/** What an operator approves, while it waits for him. */
function toApproval({ status, approval }: Batch): string | undefined {
  if (status !== "awaiting-approval" || approval === undefined) return undefined;
  const { quantity, unsigned, registrationSeconds } = approval;
  return [
    `${plural(quantity, "certificate")} (--quantity ${quantity})`,
    ...(unsigned > 0 ? [`${unsigned} of an issuer that others issue from too, unsigned`] : []),
    ...(registrationSeconds === undefined
      ? []
      : [`registered in advance, which takes ${toTime(registrationSeconds)}`]),
  ].join("; ");
}

/** How far the registering in advance is. */
function toRegistration({ registration }: Batch): string | undefined {
  if (registration === undefined) return undefined;
  const { total, registered, refused, failed, secondsLeft } = registration;
  const count = (number: number) => number.toLocaleString("en");
  return [
    `${count(registered)} of ${count(total)} registered`,
    ...(refused > 0 ? [colors.red(`${count(refused)} kept out`)] : []),
    ...(failed > 0 ? [colors.yellow(`${count(failed)} not yet`)] : []),
    ...(secondsLeft > 0 ? [`${toTime(secondsLeft)} left`] : []),
  ].join(", ");
}

function toTime(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

function toMark(batch: Batch): string {
  const code = toExitCode(batch);
  if (code === exitCodes.failed) return colors.red("✗");
  const isDone = code === 0 && (batch.status === "completed" || batch.status === "recalled");
  return isDone ? colors.green("✓") : colors.yellow("!");
}

function toStanding({ status, dryRun, progress }: Batch): string {
  switch (status) {
    case "completed":
      return dryRun ? "checked; this was a dry run, and nothing was written" : "completed";
    case "recalled":
      return "recalled; none of it is let in until it is released";
    case "awaiting-approval":
      return "checked; it counts when the operator approves it";
    case "awaiting-upload":
      return "waits for its file";
    case "expired":
      return "its file never came";
    case "failed":
      return "failed; nothing of it was written";
    default:
      return `${status}, ${Math.floor(progress * 100)} %`;
  }
}

function toDuration({ createdAt, completedAt }: Batch): string | undefined {
  if (completedAt === undefined) return undefined;
  const seconds = (Date.parse(completedAt) - Date.parse(createdAt)) / 1_000;
  if (Number.isNaN(seconds) || seconds < 0) return undefined;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/**
 * Rows with what is wrong with them. Their text is of the file, so that it is made harmless.
 *
 * @param columns how wide it may be; no limit where nobody watches.
 */
export function toRowsTable(
  rows: RowList["rows"],
  columns: number = process.stdout.columns ?? Number.POSITIVE_INFINITY,
): string {
  const warned = rows.some(({ severity }) => severity === "warning");
  const head = ["Record", ...(warned ? ["Kind"] : []), "Device", "Code", "Why"];
  const cells = rows.map(({ record, severity, deviceId, certificateId, code }) => [
    String(record),
    ...(warned ? [severity] : []),
    toPrintable(deviceId ?? certificateId?.slice(0, 12) ?? ""),
    code,
  ]);
  const used = head
    .slice(0, -1)
    .map((name, index) => Math.max(...[head, ...cells].map((row) => widthOf(row[index] ?? name))))
    .reduce((sum, width) => sum + width + gap, 0);
  const width = Math.max(minReasonWidth, columns - used);
  return toTable(
    head,
    rows.map(({ severity, message }, index) => [
      ...(cells[index] ?? []).with(-1, toCode(severity, cells[index]?.at(-1) ?? "")),
      toLines(toPrintable(message), width),
    ]),
  );
}

const gap = 2;
const minReasonWidth = 30;

function toCode(severity: RowList["rows"][number]["severity"], code: string): string {
  return severity === "refused" ? colors.red(code) : colors.yellow(code);
}

function toLines(text: string, width: number): string {
  return width === Number.POSITIVE_INFINITY ? text : wrapWhole(text, width).join("\n");
}

export function toListTable(batches: readonly Batch[]): string {
  return toTable(
    ["Batch", "Manufacturer", "Profile", "File", "Status", "Rows", "Refused", "Created"],
    batches.map(({ id, manufacturer, profile, fileName, status, dryRun, counts, createdAt }) => [
      id,
      manufacturer,
      profile,
      toPrintable(fileName),
      dryRun ? `${status} (dry run)` : status,
      counts.rows.toLocaleString("en"),
      counts.refused.toLocaleString("en"),
      createdAt.slice(0, 16).replace("T", " "),
    ]),
  );
}
