import { addCounts, noRows } from "../../rules/batch/batch-counts.ts";
import { isFinal } from "../../rules/batch/batch-status.ts";
import { type BatchDeps, changeBatch } from "../batch-deps.ts";
import type { BatchRecord } from "../batch-record.ts";
import { writeReports } from "../report/write-report.ts";
import { discardParts, toPartNumbers } from "./fail-batch.ts";
import { isDone, send } from "./send-work.ts";

/** Builds the end of a batch: one write on condition, with the receipt in its audit record. */
export function createFinishBatch(deps: BatchDeps) {
  return async (id: string): Promise<void> => {
    const { batch } = await deps.readBatch(id);
    if (batch === undefined) return;
    const finished = batch.status === "ingesting" ? await finish(deps, batch) : batch;
    // Also of one that was finished before: whoever finished it may not have come to the rest.
    if (finished?.status !== "completed") return;
    await writeReports(deps, finished);
    await discardParts(deps, finished);
    if (finished.dryRun) return;
    await send(deps, { step: "heal", batch: id });
    if (finished.registration === "preregister") {
      await send(deps, { step: "preregister", batch: id, number: 0 });
    }
  };
}

async function finish(deps: BatchDeps, batch: BatchRecord): Promise<BatchRecord | undefined> {
  const parts = await deps.readParts(batch.id);
  const isWhole = toPartNumbers(batch).every((part) => isDone(parts, part, "land"));
  if (batch.phase !== "land" || !isWhole) return undefined;
  const counts = parts.map((part) => part.counts).reduce(addCounts, noRows);
  const { sha256, bytes, fileName, format = "", dryRun, manufacturer, profile } = batch;
  return changeBatch(deps, batch.id, ({ status }) =>
    isFinal(status)
      ? undefined
      : {
          event: "completed",
          solved: true,
          fields: { counts, completedAt: deps.now().toISOString() },
          action: "completed",
          evidence: {
            manufacturer,
            profile,
            manifest: { sha256, bytes, fileName, format },
            counts: { ...counts },
            dryRun,
          },
        },
  );
}
