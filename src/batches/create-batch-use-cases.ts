import type { BatchDeps } from "./batch-deps.ts";
import type { BatchUseCases } from "./batch-use-cases.ts";
import { createRecalls } from "./recall/create-recalls.ts";
import { createReports } from "./report/create-reports.ts";
import { createOpenBatch } from "./upload/create-open-batch.ts";
import { createBatchViews } from "./view/create-batch-views.ts";

/** Builds everything that people do with batches. */
export function createBatchUseCases(deps: BatchDeps): BatchUseCases {
  return {
    open: createOpenBatch(deps),
    ...createBatchViews(deps),
    ...createReports(deps),
    ...createRecalls(deps),
  };
}
