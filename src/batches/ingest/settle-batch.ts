import { type BatchDeps, toLimits } from "../batch-deps.ts";
import type { BatchMessage } from "../batch-messages.ts";
import { send } from "./send-work.ts";

const idsOfPage = 1_000;

/** Builds the healing of what waited for a batch. */
export function createHealBatch(deps: BatchDeps) {
  return async (id: string): Promise<void> => {
    const { batch } = await deps.readBatch(id);
    if (batch?.status !== "completed" || batch.dryRun) return;
    // Also what was known before: an earlier batch may have been recalled and released since.
    const { added = 0, known = 0 } = batch.counts ?? {};
    if (added + known === 0) return;
    await deps.heal({
      batch: id,
      size: added,
      ids: () => listIds(deps, id),
      named: async (certificateIds) => {
        const claims = await deps.readClaims(certificateIds);
        const named = certificateIds.filter((each) => claims.get(each)?.batches.includes(id));
        return new Set(named);
      },
    });
  };
}

async function* listIds(deps: Pick<BatchDeps, "listEntries">, batch: string) {
  let cursor: string | undefined;
  do {
    const page = await deps.listEntries(batch, {
      limit: idsOfPage,
      ...(cursor !== undefined && { cursor }),
    });
    yield* page.certificateIds;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** Each is some calls to AWS IoT, ten a second for all. */
const settledOfMessage = 25;

/**
 * Builds the deciding again of a batch's certificates after a recall or a release, some of them at a
 * time, and once more when no attempt can be in flight any more that has not seen it.
 */
export function createSettleBatch(deps: BatchDeps) {
  return async ({
    batch,
    cursor,
    again = false,
  }: Extract<BatchMessage, { step: "settle" }>): Promise<void> => {
    const page = await deps.listEntries(batch, {
      limit: settledOfMessage,
      ...(cursor !== undefined && { cursor }),
    });
    const standings = await deps.readStandings(page.certificateIds);
    const connected = page.certificateIds.filter((id) => standings.has(id));
    if (connected.length > 0) await deps.settle(connected);
    const next = { step: "settle", batch } as const;
    if (page.cursor !== undefined) {
      await send(deps, { ...next, cursor: page.cursor, ...(again && { again }) });
    } else if (!again) {
      await send(deps, { ...next, again: true }, toLimits(deps).settleAgainSeconds);
    }
  };
}
