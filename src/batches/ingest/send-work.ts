import { forEachAtOnce } from "../at-once.ts";
import type { BatchDeps } from "../batch-deps.ts";
import type { BatchMessage } from "../batch-messages.ts";
import type { BatchRecord, PartRecord } from "../batch-record.ts";
import { toPartNumbers } from "./fail-batch.ts";

const sendsAtOnce = 8;

/**
 * Sends what is to be done next about a batch. Done again, it leaves out what is done, and the landing
 * of parts that a message was sent for: of many that come here at once each would add to the queue.
 */
export async function sendWork(deps: BatchDeps, batch: BatchRecord): Promise<void> {
  if (batch.status !== "ingesting" || batch.phase === undefined) return;
  const { phase } = batch;
  const parts = await deps.readParts(batch.id);
  const left = toPartNumbers(batch).filter((part) => !isDone(parts, part, phase));
  if (left.length === 0) return send(deps, { step: nextStep[phase], batch: batch.id });
  const isSent = (number: number) =>
    parts.some(({ part, sent }) => part === number && sent !== undefined);
  await forEachAtOnce(left, sendsAtOnce, async (part) => {
    if (phase === "land" && isSent(part)) return;
    await send(deps, { step: phase, batch: batch.id, part });
    if (phase === "land") await deps.noteSent(batch.id, part, 0);
  });
}

/** Whoever ends the last part sends what comes after all; several may. */
export async function sendIfLast(deps: BatchDeps, batch: BatchRecord): Promise<void> {
  const { phase = "check" } = batch;
  const parts = await deps.readParts(batch.id);
  if (toPartNumbers(batch).every((part) => isDone(parts, part, phase))) {
    await send(deps, { step: nextStep[phase], batch: batch.id });
  }
}

export async function send(
  { queue }: Pick<BatchDeps, "queue">,
  message: BatchMessage,
  delaySeconds = 0,
): Promise<void> {
  await queue.send(message, delaySeconds > 0 ? { delaySeconds } : {});
}

const nextStep = { check: "gather", land: "finish" } as const;

const done = {
  check: new Set<PartRecord["state"]>(["checked", "landing", "landed"]),
  land: new Set<PartRecord["state"]>(["landed"]),
};

export function isDone(
  parts: readonly PartRecord[],
  number: number,
  phase: "check" | "land",
): boolean {
  return parts.some(({ part, state }) => part === number && done[phase].has(state));
}
