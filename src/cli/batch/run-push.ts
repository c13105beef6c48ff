import { interruptible } from "../interrupt.ts";
import { colors, print, toFields } from "../output.ts";
import { exitCodes } from "../report-error.ts";
import { toRunnable } from "../to-runnable.ts";
import { isStalled, toBatchText, toExitCode } from "./batch-text.ts";
import { type BatchFlags, findApi } from "./find-api.ts";
import { type Pushed, type PushOptions, pushBatch } from "./push-batch.ts";
import { toRefusedText } from "./refused-text.ts";

interface PushCommand {
  readonly path: string;
  readonly options: PushOptions;
  readonly flags: BatchFlags;
  readonly json: boolean;
}

/** Runs `muster batch push`: progress, summary, the next command, the exit code. */
export async function runPush({ path, options, flags, json }: PushCommand): Promise<void> {
  const settings = await findApi(flags);
  const state: { batch?: string; key?: string; sent: boolean } = { sent: false };
  const pushed = await interruptible(
    (signal) =>
      pushBatch({
        path,
        options,
        settings,
        signal,
        show: !json,
        onOpening: (key) => Object.assign(state, { key }),
        onOpened: ({ id }) => Object.assign(state, { batch: id }),
        onUploaded: () => Object.assign(state, { sent: true }),
      }),
    () => toInterruptText(state),
  );
  if (pushed === undefined) return;
  const { batch, ...refused } = pushed;
  print(json, { ...batch, ...refused }, () => toPushedText(pushed, path));
  const code = options.wait ? toExitCode(batch) : 0;
  if (code !== 0) process.exitCode = code;
}

function toInterruptText({
  batch,
  key,
  sent,
}: {
  readonly batch?: string;
  readonly key?: string;
  readonly sent: boolean;
}): string {
  if (key === undefined) return "Nothing was pushed.";
  const again = `To go on, push the same again with --idempotency-key ${key}`;
  if (batch === undefined) return `No answer came, so it may be pushed or not. ${again}`;
  return sent
    ? `Batch ${batch} goes on. Follow it with: ${toRunnable(`muster batch show ${batch} --follow`)}`
    : `Batch ${batch} waits for its file. ${again}`;
}

/** The summary of a push for people, as wide as the sentences of its rows. */
function toPushedText(pushed: Pushed, path: string): string {
  const warned = pushed.warned.map(({ code }) => code);
  return [
    toBatchText(pushed.batch, warned),
    ...toRefusedText(pushed),
    ...toNext(pushed, path),
  ].join("\n");
}

function toNext({ batch }: Pick<Pushed, "batch">, path: string): readonly string[] {
  const { id, counts, dryRun, profile, status } = batch;
  const next: Record<string, string> = {};
  if (status === "awaiting-approval") {
    next["the operator approves it"] =
      `muster batch approve ${id} --quantity ${batch.approval?.quantity ?? "<count>"}`;
  }
  if (counts.rows === 0 && toExitCode(batch) === exitCodes.failed) {
    next["what is in the file"] = `muster manifest inspect ${toShellWord(path)}`;
  }
  if (counts.refused > 0) {
    next["all that was refused"] = `muster batch errors ${id} --csv -o errors.csv`;
  } else if (counts.warnings > 0) {
    next["what was warned of"] = `muster batch errors ${id}`;
  }
  if (dryRun && counts.refused < counts.rows) {
    next["push it for good"] = `muster batch push ${toShellWord(path)} --profile ${profile}`;
  } else if (status === "completed" && counts.refused < counts.rows) {
    next["what becomes of it"] = `muster batch yield ${id}`;
  } else if (toExitCode(batch) === 0 || isStalled(batch)) {
    next["how far it is"] = `muster batch show ${id} --follow`;
  }
  const commands = Object.entries(next).map(([what, command]) => [what, toRunnable(command)]);
  return commands.length === 0
    ? []
    : ["", colors.bold("Next"), toFields(Object.fromEntries(commands))];
}

function toShellWord(path: string): string {
  return /^[\w./@-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
