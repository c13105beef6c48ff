import type { Batch } from "../api/batch-api.ts";
import { colors, plural, toFields, toTable } from "../output.ts";
import { exitCodes } from "../report-error.ts";
import { toSize } from "../size-text.ts";
import { toPrintable } from "../terminal-text.ts";

/** Work on it is given up until somebody mends what it fails of, and it may have landed in part. */
export function isStalled({ status, problem }: Pick<Batch, "status" | "problem">): boolean {
  return problem?.code === "BATCH_STALLED" && (status === "inspecting" || status === "ingesting");
}

/** What an exit code says of a batch: that all rows landed, or how it fell short of that. */
export function toExitCode(batch: Batch): number {
  const { status, counts } = batch;
  if (isStalled(batch)) return exitCodes.stalled;
  if (status === "failed" || status === "expired") return exitCodes.failed;
  if (status === "awaiting-approval") return exitCodes.waiting;
  if (status !== "completed" && status !== "recalled") return 0;
  if (counts.rows === 0) return exitCodes.failed;
  if (counts.refused === 0) return 0;
  return counts.refused < counts.rows ? exitCodes.partly : exitCodes.failed;
}

/** @param warned codes of the warnings, where they are known. */
export function toBatchText(batch: Batch, warned: readonly string[] = []): string {
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
      warnings:
        warnings > 0
          ? `${colors.yellow(count(warnings))}  ${warned.join(", ")}`.trimEnd()
          : undefined,
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
    // Healing may have let them in since.
    ...(secondsLeft === 0 && refused + failed > 0
      ? ["by then; batch yield says how it is now"]
      : []),
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
  const isOver = batch.status === "completed" || batch.status === "recalled";
  const isDone = code === 0 && isOver && batch.problem === undefined;
  return isDone ? colors.green("✓") : colors.yellow("!");
}

function toStanding(batch: Batch): string {
  const { status, dryRun, progress, counts } = batch;
  if (isStalled(batch)) {
    return `stalled at ${Math.floor(progress * 100)} %; the operator has to mend what fails`;
  }
  switch (status) {
    case "completed":
      if (counts.rows === 0) return "there is no row in its file";
      return dryRun ? "checked; this was a dry run, and nothing was written" : "completed";
    case "recalled":
      return counts.known === 0
        ? "recalled; none of it is let in until it is released"
        : "recalled; none that it added is let in until it is released. Those known already are of other batches, which stand as before";
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

/** With the pace, unless people were waited for. */
function toDuration({ createdAt, completedAt, approval, counts }: Batch): string | undefined {
  if (completedAt === undefined) return undefined;
  const seconds = (Date.parse(completedAt) - Date.parse(createdAt)) / 1_000;
  if (Number.isNaN(seconds) || seconds < 0) return undefined;
  const text = seconds < 60 ? `${seconds.toFixed(1)} s` : toMinutes(Math.round(seconds));
  if (seconds < 1 || approval !== undefined) return text;
  return `${text}, ${Math.round(counts.rows / seconds).toLocaleString("en")} rows/s`;
}

function toMinutes(seconds: number): string {
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
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
