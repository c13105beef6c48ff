import type { BatchDeps } from "./batch-deps.ts";
import { type BatchMessage, parseBatchMessages } from "./batch-messages.ts";
import { createCheckPart } from "./ingest/check-part.ts";
import { createFinishBatch } from "./ingest/finish-batch.ts";
import { createGatherBatch } from "./ingest/gather-batch.ts";
import { createInspectBatch } from "./ingest/inspect-batch.ts";
import { createLandPart } from "./ingest/land-part.ts";
import { noteDone } from "./ingest/note-stalled.ts";
import { createHealBatch, createSettleBatch } from "./ingest/settle-batch.ts";
import { createPreregisterBatch } from "./preregister/preregister-batch.ts";
import { createExpireBatch } from "./upload/expire-batch.ts";

/**
 * Carries out one message of the ingest queue. What fails is thrown, for the queue to deliver again;
 * every message may come again at any time.
 *
 * @throws MusterError EVENT_INVALID
 */
export type HandleBatchMessage = (message: unknown) => Promise<void>;

/** Builds the worker on batches. */
export function createHandleBatchMessage(deps: BatchDeps): HandleBatchMessage {
  const inspect = createInspectBatch(deps);
  const expire = createExpireBatch(deps);
  const check = createCheckPart(deps);
  const gather = createGatherBatch(deps);
  const land = createLandPart(deps);
  const finish = createFinishBatch(deps);
  const heal = createHealBatch(deps);
  const settle = createSettleBatch(deps);
  const steps: {
    readonly [Step in BatchMessage["step"]]: (
      message: Extract<BatchMessage, { step: Step }>,
    ) => Promise<void>;
  } = {
    inspect: ({ batch }) => inspect(batch),
    expire: ({ batch }) => expire(batch),
    check: ({ batch, part }) => check(batch, part),
    gather: ({ batch }) => gather(batch),
    land,
    finish: ({ batch }) => finish(batch),
    heal,
    preregister: createPreregisterBatch(deps),
    settle,
  };
  return async (message) => {
    for (const each of parseBatchMessages(message)) {
      // TypeScript does not see that a step and its handler go together.
      await (steps[each.step] as (message: BatchMessage) => Promise<void>)(each);
      await noteDone(deps, each);
    }
  };
}
