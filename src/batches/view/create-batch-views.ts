import { isFinal } from "../../rules/batch/batch-status.ts";
import type { BatchDeps } from "../batch-deps.ts";
import type { BatchRecord } from "../batch-record.ts";
import type { BatchUseCases, BatchView } from "../batch-use-cases.ts";
import { findBatch } from "./find-batch.ts";
import { toBatchView } from "./to-batch-view.ts";

/** Builds the ways to look at batches. */
export function createBatchViews(
  deps: BatchDeps,
): Pick<BatchUseCases, "show" | "list" | "readYield"> {
  const view = async (batch: BatchRecord): Promise<BatchView> =>
    toBatchView(batch, isFinal(batch.status) ? [] : await deps.readParts(batch.id));
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

/** Goes through all entries of a batch: seconds for a hundred thousand. */
export async function readYield(
  deps: Pick<BatchDeps, "listEntries" | "readStandings">,
  { id }: Pick<BatchRecord, "id">,
): Promise<Awaited<ReturnType<BatchUseCases["readYield"]>>> {
  const sums = { shipped: 0, admitted: 0, neverSeen: 0, refused: 0 };
  let cursor: string | undefined;
  do {
    const limits = { limit: idsOfPage, ...(cursor !== undefined && { cursor }) };
    const page = await deps.listEntries(id, limits);
    const standings = await deps.readStandings(page.certificateIds);
    for (const certificateId of page.certificateIds) {
      sums.shipped += 1;
      sums[toKind(standings.get(certificateId))] += 1;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { batch: id, ...sums };
}

function toKind(standing: "admitted" | "out" | "undecided" | undefined) {
  if (standing === "admitted") return "admitted";
  return standing === "out" ? "refused" : "neverSeen";
}
