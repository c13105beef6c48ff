import { type BatchDeps, changeBatch } from "../batch-deps.ts";
import { toManifestKey } from "../batch-keys.ts";
import { send } from "../ingest/send-work.ts";
import { maxDelaySeconds } from "./create-open-batch.ts";

/**
 * Builds the looking after uploads: one that came without word of it is taken up, one that does not
 * come ends its batch.
 */
export function createExpireBatch(deps: BatchDeps) {
  return async (id: string): Promise<void> => {
    const { batch } = await deps.readBatch(id);
    if (batch?.status !== "awaiting-upload") return;
    if ((await deps.objects.describe(toManifestKey(batch))) !== undefined) {
      return send(deps, { step: "inspect", batch: id });
    }
    const leftMs = Date.parse(batch.uploadBy ?? batch.createdAt) - deps.now().getTime();
    if (leftMs > 0) {
      const delaySeconds = Math.min(maxDelaySeconds, Math.ceil(leftMs / 1000));
      return send(deps, { step: "expire", batch: id }, delaySeconds);
    }
    const problem = { code: "UPLOAD_MISSING", message: `${batch.fileName} never came.` };
    await changeBatch(deps, id, ({ status }) =>
      status === "awaiting-upload"
        ? {
            event: "expired",
            fields: { problem, completedAt: deps.now().toISOString() },
            action: "expired",
          }
        : undefined,
    );
  };
}
