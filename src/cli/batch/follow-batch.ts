import { setTimeout as wait } from "node:timers/promises";
import type { Batch, BatchApi } from "../api/batch-api.ts";
import { plural } from "../output.ts";
import { createShareProgress } from "../progress.ts";
import { isStalled } from "./batch-text.ts";

const firstPollMs = 150;
const maxPollMs = 2_000;
const growth = 1.4;

const doing: Readonly<Partial<Record<Batch["status"], string>>> = {
  "awaiting-upload": "waiting for the file",
  inspecting: "looking what it is",
  ingesting: "checking and landing",
};

/** Waits until nothing more happens to a batch by itself, as it is done or stalled; shows how far it is. */
export async function followBatch(
  api: Pick<BatchApi, "show">,
  id: string,
  { show, signal }: { readonly show: boolean; readonly signal: AbortSignal },
): Promise<Batch> {
  const progress = createShareProgress("Batch", show);
  try {
    for (let pauseMs = firstPollMs; ; pauseMs = Math.min(maxPollMs, pauseMs * growth)) {
      const batch = await api.show(id);
      const what = doing[batch.status];
      if (what === undefined || isStalled(batch)) return batch;
      const { rows } = batch.counts;
      progress.update(batch.progress, rows === 0 ? what : `${what}, ${plural(rows, "row")}`);
      await wait(pauseMs, undefined, { signal });
    }
  } finally {
    progress.clear();
  }
}
