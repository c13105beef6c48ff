import type { BatchDeps } from "../batch-deps.ts";
import type { BatchMessage } from "../batch-messages.ts";
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
    if (next === undefined) return;
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
const longestLookMs = 20_000;
const retrySeconds = 10;

/**
 * Builds the deciding again of a batch's certificates after a recall or a release, some of them at a
 * time. That it is done once more is for whoever recalls or releases to send.
 *
 * Those that could not be decided get a message of their own, so that they hold up no others.
 */
export function createSettleBatch(deps: BatchDeps) {
  return async (message: Extract<BatchMessage, { step: "settle" }>): Promise<void> => {
    const { batch, cursor, certificates, again = false } = message;
    if (certificates !== undefined) return settleLeftOver(deps, certificates);
    const { connected, next: place } = await listConnected(deps, batch, cursor);
    const unsettled = connected.length > 0 ? await deps.settle(connected) : [];
    const next = { step: "settle", batch } as const;
    if (unsettled.length > 0) {
      const left = unsettled.map(({ certificateId }) => certificateId);
      await send(deps, { ...next, certificates: left }, retrySeconds);
    }
    if (place !== undefined) await send(deps, { ...next, cursor: place, ...(again && { again }) });
  };
}

/** Goes through pages until there is enough for one message: most of a batch may never have connected. */
async function listConnected(
  { listEntries, readStandings, now }: BatchDeps,
  batch: string,
  cursor: string | undefined,
): Promise<{ readonly connected: readonly string[]; readonly next: string | undefined }> {
  const until = now().getTime() + longestLookMs;
  const connected: string[] = [];
  let next = cursor;
  do {
    const page = await listEntries(batch, {
      limit: settledOfMessage,
      ...(next !== undefined && { cursor: next }),
    });
    const standings = await readStandings(page.certificateIds);
    connected.push(...page.certificateIds.filter((id) => standings.has(id)));
    next = page.cursor;
  } while (next !== undefined && connected.length < settledOfMessage && now().getTime() < until);
  return { connected, next };
}

/** Once more, and again as often as the queue delivers. */
async function settleLeftOver(
  { settle }: BatchDeps,
  certificateIds: readonly string[],
): Promise<void> {
  const [unsettled] = await settle(certificateIds);
  if (unsettled) throw unsettled.error;
}
