import { hasEnded, isFinal } from "../../rules/batch/batch-status.ts";
import { toErrorCode } from "../../rules/errors.ts";
import { type BatchDeps, changeBatch } from "../batch-deps.ts";
import { type BatchMessage, parseBatchMessages } from "../batch-messages.ts";

/**
 * Notes with a batch that the queue gives up on some of its work, so that whoever looks at it learns
 * why it does not go on. The batch stays as it is: the message waits in the dead-letter queue, and
 * when it is sent to the queue again the work goes on where it stopped.
 *
 * @param error what it failed of the last time.
 */
export type NoteStalled = (message: unknown, error: unknown) => Promise<void>;

/** Builds the use case. */
export function createNoteStalled(deps: BatchDeps): NoteStalled {
  return async (message, error) => {
    const code = toErrorCode(error);
    for (const work of parseBatchMessages(message)) await noteWork(deps, work, code);
  };
}

async function noteWork(deps: BatchDeps, work: BatchMessage, code: string): Promise<void> {
  const { step } = work;
  const part = "part" in work ? work.part : undefined;
  const what = part === undefined ? step : `${step} of part ${part}`;
  const message = `${what} failed again and again (${code}) and waits in the dead-letter queue.`;
  await changeBatch(deps, work.batch, ({ status }) => {
    // What comes after the landing is still to be done when all has landed.
    const isOver = isLate(step) ? hasEnded(status) : isFinal(status);
    if (isOver) return undefined;
    return {
      fields: { problem: { code: "BATCH_STALLED", message } },
      action: "stalled",
      evidence: { step, code, ...(part !== undefined && { part }) },
    };
  });
}

const isLate = (step: BatchMessage["step"]) =>
  ["finish", "heal", "preregister", "settle"].includes(step);

/** Takes the note back, once what comes after the landing is done. */
export async function noteSolved(deps: BatchDeps, id: string): Promise<void> {
  await changeBatch(deps, id, ({ problem, status }) =>
    problem?.code === "BATCH_STALLED" && isFinal(status)
      ? { solved: true, action: "resumed" }
      : undefined,
  );
}
