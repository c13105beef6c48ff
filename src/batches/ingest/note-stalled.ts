import { hash } from "node:crypto";
import { hasEnded, isFinal } from "../../rules/batch/batch-status.ts";
import { toErrorCode } from "../../rules/errors.ts";
import { type BatchDeps, changeBatch } from "../batch-deps.ts";
import { type BatchMessage, parseBatchMessages } from "../batch-messages.ts";
import type { BatchRecord, StalledWork } from "../batch-record.ts";

/**
 * Notes with a batch that the queue gives up on some of its work, so that whoever looks at it learns
 * why it does not go on. The batch stays as it is: the message waits in the dead-letter queue, and
 * when it is sent to the queue again the work goes on where it stopped.
 *
 * @param error what it failed of the last time; undefined before that, as whoever is killed at it can
 *   say nothing any more.
 */
export type NoteStalled = (message: unknown, error: unknown) => Promise<void>;

/** Builds the use case. */
export function createNoteStalled(deps: BatchDeps): NoteStalled {
  return async (message, error) => {
    for (const work of parseBatchMessages(message)) await noteWork(deps, work, error);
  };
}

async function noteWork(deps: BatchDeps, work: BatchMessage, error: unknown): Promise<void> {
  const { step } = work;
  const part = "part" in work ? work.part : undefined;
  const code = error === undefined ? "unfinished" : toErrorCode(error);
  const message = toText(part === undefined ? step : `${step} of part ${part}`, error);
  await changeBatch(deps, work.batch, ({ status, stalled = [] }) => {
    // What comes after the landing is still to be done when all has landed.
    const isOver = isLate(step) ? hasEnded(status) : isFinal(status);
    if (isOver) return undefined;
    const others = without(stalled, work).slice(0, maxStalled);
    return {
      fields: {
        problem: { code: "BATCH_STALLED", message },
        stalled: [...others, { work: toWorkId(work), message }],
      },
      action: "stalled",
      evidence: { step, code, ...(part !== undefined && { part }) },
    };
  });
}

function toText(what: string, error: unknown): string {
  return error === undefined
    ? `${what} was not done again and again, and is tried for the last time.`
    : `${what} failed again and again (${toErrorCode(error)}) and waits in the dead-letter queue.`;
}

const isLate = (step: BatchMessage["step"]) =>
  ["finish", "heal", "preregister", "settle"].includes(step);

/** So many are kept beside the last; all of them are in the dead-letter queue anyway. */
const maxStalled = 100;

function without(stalled: readonly StalledWork[], work: BatchMessage): readonly StalledWork[] {
  const id = toWorkId(work);
  return stalled.filter((each) => each.work !== id);
}

/** @param message `again` and `seen` make no difference: it is the same work. */
function toWorkId(message: BatchMessage): string {
  return hash(
    "sha256",
    JSON.stringify({ ...message, again: undefined, seen: undefined }),
    "hex",
  ).slice(0, 16);
}

/** Takes the note of some work back once it is done, and the problem with the last of them. */
export async function noteDone(deps: BatchDeps, work: BatchMessage): Promise<void> {
  const { batch } = await deps.readBatch(work.batch);
  if (!batch || !isStalled(batch, work)) return;
  await changeBatch(deps, work.batch, (standing) => {
    if (!isStalled(standing, work)) return undefined;
    const left = without(standing.stalled ?? [], work);
    const last = left.at(-1);
    if (last === undefined) return { solved: true, action: "resumed" };
    const problem = { code: "BATCH_STALLED", message: last.message };
    return { fields: { stalled: left, problem }, action: "resumed" };
  });
}

function isStalled({ problem, stalled = [] }: BatchRecord, work: BatchMessage): boolean {
  if (problem?.code !== "BATCH_STALLED") return false;
  const id = toWorkId(work);
  return stalled.some((each) => each.work === id);
}
