import { createHandleBatchMessage } from "../../src/batches/handle-batch-message.ts";
import { createDeps } from "./create-deps.ts";
import type { FromWorker, ToWorker, WorkerSetting } from "./messages.ts";

/** One process that works on batches, a message at a time, as it is told by the queue's owner. */
const setting = JSON.parse(process.argv[2] ?? "{}") as WorkerSetting;
const sent = new Map<number, () => void>();
let sends = 0;

const tell = (message: FromWorker) => process.send?.(message);
const handle = createHandleBatchMessage(
  createDeps(setting, {
    send: async (message, { delaySeconds = 0 } = {}) => {
      sends += 1;
      const id = sends;
      await new Promise<void>((resolve) => {
        sent.set(id, resolve);
        tell({ kind: "send", id, message, delayMs: delaySeconds * 1_000 });
      });
    },
  }),
);

process.on("message", (told: ToWorker) => {
  if (told.kind === "sent") {
    sent.get(told.id)?.();
    sent.delete(told.id);
    return;
  }
  handle(told.message).then(
    () => tell({ kind: "done", peakBytes: toPeak() }),
    (error: unknown) => tell({ kind: "done", peakBytes: toPeak(), error: String(error) }),
  );
});
process.on("disconnect", () => process.exit());
tell({ kind: "ready", idleBytes: process.memoryUsage.rss() });

/** As the kernel counted: it misses nothing between two looks. */
function toPeak(): number {
  return process.resourceUsage().maxRSS * 1024;
}
