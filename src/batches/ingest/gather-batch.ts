import { createDuplicateFinder } from "../../formats/duplicates.ts";
import { type BatchDeps, changeBatch } from "../batch-deps.ts";
import { toNamesKey, toRepeatsKey } from "../batch-keys.ts";
import type { BatchApproval, BatchRecord, PartRecord } from "../batch-record.ts";
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
    const { repeatingParts, repeats } = await findRepeats(deps, batch);
    const approval = toApproval(batch, parts, repeats);
    const gathered = await changeBatch(deps, id, ({ status, phase }) =>
      status === "ingesting" && phase === "check"
        ? {
            ...(approval && { event: "approval-needed" as const }),
            fields: { phase: "land", repeatingParts, ...(approval && { approval }) },
            action: approval ? "approval-needed" : "checked",
            evidence: { ...approval },
          }
        : undefined,
    );
    if (gathered) await sendWork(deps, gathered);
  };
}

/** @returns undefined where no operator has to say anything. */
function toApproval(
  { dryRun, registration }: BatchRecord,
  parts: readonly PartRecord[],
  repeats: number,
): BatchApproval | undefined {
  const sum = (of: (part: PartRecord) => number) => parts.reduce((all, part) => all + of(part), 0);
  const quantity = sum(({ counts }) => counts.rows - counts.refused) - repeats;
  const unsigned = sum(({ unapproved }) => unapproved);
  const isNeeded = unsigned > 0 || (registration === "preregister" && quantity > 0);
  return isNeeded && !dryRun ? { quantity, unsigned } : undefined;
}

/** @returns the parts with rows that repeat an earlier one, and how many such rows there are. */
async function findRepeats(
  deps: BatchDeps,
  batch: BatchRecord,
): Promise<{ readonly repeatingParts: readonly number[]; readonly repeats: number }> {
  const find = createDuplicateFinder();
  const repeatingParts: number[] = [];
  let all = 0;
  for (const part of toPartNumbers(batch)) {
    const repeats: Repeats[number][] = [];
    const names = readNdjson<RowName>(deps.objects, toNamesKey(batch, part));
    let row = 0;
    for await (const [certificateId, deviceId] of names) {
      const found = find(certificateId, deviceId ?? undefined);
      if (found !== undefined) repeats.push([row, found]);
      row += 1;
    }
    if (repeats.length === 0) continue;
    repeatingParts.push(part);
    all += repeats.length;
    await deps.objects.write(toRepeatsKey(batch, part), [Buffer.from(JSON.stringify(repeats))]);
  }
  return { repeatingParts, repeats: all };
}
