import { type BatchDeps, toLimits } from "../batch-deps.ts";
import type { BatchMessage } from "../batch-messages.ts";
import { noteSolved } from "./note-stalled.ts";
import { send } from "./send-work.ts";

/** Each is looked up; as many may have to be decided. */
const idsOfPage = 200;
/** Between two messages, so that first connects have most of AWS IoT's quota. */
const restSeconds = 10;

/** Builds the healing of what waited for a batch, a few at a time. */
export function createHealBatch(deps: BatchDeps) {
  return async ({ batch: id, cursor }: Extract<BatchMessage, { step: "heal" }>): Promise<void> => {
    const { batch } = await deps.readBatch(id);
    if (batch?.status !== "completed" || batch.dryRun) return;
    // Also what was known before: an earlier batch may have been recalled and released since.
    const { added = 0, known = 0 } = batch.counts ?? {};
    if (added + known === 0) return;
    const next = await deps.heal({
      batch: id,
      size: added,
      listOut: (from) => listOut(deps, id, from),
      named: async (certificateIds) => {
        const claims = await deps.readClaims(certificateIds);
        const named = certificateIds.filter((each) => claims.get(each)?.batches.includes(id));
        return new Set(named);
      },
      ...(cursor !== undefined && { cursor }),
    });
    if (next === undefined) return noteSolved(deps, id);
    await send(deps, { step: "heal", batch: id, cursor: next }, restSeconds);
  };
}

async function listOut(
  { listEntries, readStandings }: BatchDeps,
  batch: string,
  cursor: string | undefined,
) {
  const page = await listEntries(batch, {
    limit: idsOfPage,
    ...(cursor !== undefined && { cursor }),
  });
  const standings = await readStandings(page.certificateIds);
  const isOut = (id: string) => standings.has(id) && standings.get(id) !== "admitted";
  return { ...page, certificateIds: page.certificateIds.filter(isOut) };
}

/** Each is some calls to AWS IoT, ten a second for all. */
const settledOfMessage = 25;
const retrySeconds = 10;

/**
 * Builds the deciding again of a batch's certificates after a recall or a release, some of them at a
 * time, and once more when no attempt can be in flight any more that has not seen it.
 *
 * Those that could not be decided get a message of their own, so that they hold up no others.
 */
export function createSettleBatch(deps: BatchDeps) {
  return async (message: Extract<BatchMessage, { step: "settle" }>): Promise<void> => {
    const { batch, cursor, certificates, again = false } = message;
    if (certificates !== undefined) return settleLeftOver(deps, batch, certificates);
    const page = await deps.listEntries(batch, {
      limit: settledOfMessage,
      ...(cursor !== undefined && { cursor }),
    });
    const standings = await deps.readStandings(page.certificateIds);
    const connected = page.certificateIds.filter((id) => standings.has(id));
    const unsettled = connected.length > 0 ? await deps.settle(connected) : [];
    const next = { step: "settle", batch } as const;
    if (unsettled.length > 0) {
      const left = unsettled.map(({ certificateId }) => certificateId);
      await send(deps, { ...next, certificates: left }, retrySeconds);
    }
    if (page.cursor !== undefined) {
      await send(deps, { ...next, cursor: page.cursor, ...(again && { again }) });
    } else if (!again) {
      await send(deps, { ...next, again: true }, toLimits(deps).settleAgainSeconds);
    }
  };
}

/** Once more, and again as often as the queue delivers. */
async function settleLeftOver(
  deps: BatchDeps,
  batch: string,
  certificateIds: readonly string[],
): Promise<void> {
  const [unsettled] = await deps.settle(certificateIds);
  if (unsettled) throw unsettled.error;
  await noteSolved(deps, batch);
}
