import { MusterError } from "../../rules/errors.ts";
import type { BatchRecord } from "../batch-record.ts";
import type { ReadBatch } from "../batch-stores.ts";
import type { BatchViewer } from "../batch-use-cases.ts";

/**
 * Reads a batch for somebody who may see it.
 *
 * @throws MusterError BATCH_UNKNOWN, also of what is another manufacturer's.
 */
export async function findBatch(
  { readBatch }: { readonly readBatch: ReadBatch },
  viewer: BatchViewer,
  id: string,
): Promise<BatchRecord> {
  const { batch } = await readBatch(id);
  if (batch && maySee(viewer, batch)) return batch;
  throw new MusterError("BATCH_UNKNOWN", `There is no batch "${id}".`, { details: { batch: id } });
}

function maySee(viewer: BatchViewer, { manufacturer }: BatchRecord): boolean {
  return viewer.role !== "manufacturer" || viewer.manufacturer === manufacturer;
}
