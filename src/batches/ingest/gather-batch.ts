import { createDuplicateFinder } from "../../formats/duplicates.ts";
import { type BatchDeps, changeBatch } from "../batch-deps.ts";
import { toNamesKey, toRepeatsKey } from "../batch-keys.ts";
import type { BatchRecord } from "../batch-record.ts";
import { readNdjson } from "../ndjson.ts";
import type { Repeats, RowName } from "./checked-row.ts";
import { toPartNumbers } from "./fail-batch.ts";
import { isDone, sendWork } from "./send-work.ts";

/**
 * Builds what comes between checking and landing: only now that all parts have been looked into is it
 * known what the manifest says twice, that there is no secret in any part, and whether an operator has
 * to approve of it.
 */
export function createGatherBatch(deps: BatchDeps) {
  return async (id: string): Promise<void> => {
    const { batch } = await deps.readBatch(id);
    if (batch?.status !== "ingesting") return;
    if (batch.phase === "land") return sendWork(deps, batch);
    const parts = await deps.readParts(id);
    if (!toPartNumbers(batch).every((part) => isDone(parts, part, "check"))) return;
    const repeatingParts = await findRepeats(deps, batch);
    const unapproved = parts.reduce((sum, part) => sum + part.unapproved, 0);
    const waits = unapproved > 0 && !batch.dryRun;
    const gathered = await changeBatch(deps, id, ({ status, phase }) =>
      status === "ingesting" && phase === "check"
        ? {
            ...(waits && { event: "approval-needed" as const }),
            fields: { phase: "land", repeatingParts },
            action: waits ? "approval-needed" : "checked",
            evidence: waits ? { unapproved } : {},
          }
        : undefined,
    );
    if (gathered) await sendWork(deps, gathered);
  };
}

/** @returns the parts with rows that repeat an earlier one. */
async function findRepeats(deps: BatchDeps, batch: BatchRecord): Promise<readonly number[]> {
  const find = createDuplicateFinder();
  const repeating: number[] = [];
  for (const part of toPartNumbers(batch)) {
    const repeats: Repeats[number][] = [];
    const names = readNdjson<RowName>(deps.objects, toNamesKey(batch, part));
    for await (const [record, certificateId, deviceId] of names) {
      const found = find(certificateId, deviceId ?? undefined);
      if (found !== undefined) repeats.push([record, found]);
    }
    if (repeats.length === 0) continue;
    repeating.push(part);
    await deps.objects.write(toRepeatsKey(batch, part), [Buffer.from(JSON.stringify(repeats))]);
  }
  return repeating;
}
