import { hasEnded, isFinal } from "../../rules/batch/batch-status.ts";
import { type BatchDeps, toLimits } from "../batch-deps.ts";
import type { BatchRecord } from "../batch-record.ts";
import type { BatchUseCases, BatchView, BatchYield } from "../batch-use-cases.ts";
import { nonePreregistered } from "../preregister/preregistration.ts";
import { findBatch } from "./find-batch.ts";
import { toBatchView } from "./to-batch-view.ts";

/** Builds the ways to look at batches. */
export function createBatchViews(
  deps: BatchDeps,
): Pick<BatchUseCases, "show" | "list" | "readYield"> {
  const view = async (batch: BatchRecord): Promise<BatchView> => {
    const isOver = isFinal(batch.status);
    const parts = isOver ? [] : await deps.readParts(batch.id);
    const isRegistered = isOver && !hasEnded(batch.status) && !batch.dryRun;
    const preregistered =
      isRegistered && batch.registration === "preregister"
        ? ((await deps.readPreregistration(batch.id)) ?? nonePreregistered)
        : undefined;
    const detail = { limits: toLimits(deps), ...(preregistered && { preregistered }) };
    return toBatchView(batch, parts, detail);
  };
  return {
    show: async (viewer, id) => view(await findBatch(deps, viewer, id)),
    list: async (viewer, { limit, cursor, manufacturer: asked }) => {
      const own = viewer.role === "manufacturer" ? viewer.manufacturer : undefined;
      // Of another manufacturer there is nothing to be seen.
      if (own !== undefined && asked !== undefined && asked !== own) return { batches: [] };
      const manufacturer = own ?? asked;
      const page = await deps.listBatches({
        limit,
        ...(cursor !== undefined && { cursor }),
        ...(manufacturer !== undefined && { manufacturer }),
      });
      const batches = await Promise.all(page.batches.map(view));
      return { batches, ...(page.cursor !== undefined && { cursor: page.cursor }) };
    },
    readYield: async (viewer, id) => readYield(deps, await findBatch(deps, viewer, id)),
  };
}

const idsOfPage = 1_000;
/** API Gateway gives up after 29 s. */
const longestLookMs = 15_000;

/**
 * Goes through the entries of a batch for as long as somebody waits: some hundred thousand. They come
 * in the order of hashes, so the first of them are a fair sample of all.
 *
 * @param enough of them admitted ends it as well.
 */
export async function readYield(
  deps: Pick<BatchDeps, "listEntries" | "readStandings" | "now">,
  { id, counts }: Pick<BatchRecord, "id" | "counts">,
  enough = Number.POSITIVE_INFINITY,
): Promise<BatchYield> {
  const sums = { looked: 0, admitted: 0, neverSeen: 0, refused: 0 };
  const until = deps.now().getTime() + longestLookMs;
  let cursor: string | undefined;
  do {
    const limits = { limit: idsOfPage, ...(cursor !== undefined && { cursor }) };
    const page = await deps.listEntries(id, limits);
    const standings = await deps.readStandings(page.certificateIds);
    for (const certificateId of page.certificateIds) {
      sums.looked += 1;
      sums[toKind(standings.get(certificateId))] += 1;
    }
    cursor = page.cursor;
  } while (cursor !== undefined && sums.admitted < enough && deps.now().getTime() < until);
  const isPartial = cursor !== undefined;
  const shipped = isPartial ? Math.max(counts?.added ?? 0, sums.looked) : sums.looked;
  return { batch: id, shipped, ...sums, isPartial };
}

function toKind(standing: "admitted" | "out" | "undecided" | undefined) {
  if (standing === "admitted") return "admitted";
  return standing === "out" ? "refused" : "neverSeen";
}
