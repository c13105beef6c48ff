import { hash } from "node:crypto";
import type { BatchDeps } from "../../src/batches/batch-deps.ts";
import { toManifestKey } from "../../src/batches/batch-keys.ts";
import type { BatchViewer } from "../../src/batches/batch-use-cases.ts";
import type { Leaf } from "../../src/local/sample-pki.ts";
import type { HealSummary } from "../../src/onboarding/heal/heal-one.ts";
import { wireBatches } from "../../src/wiring/batches.ts";
import { wireIngest } from "../../src/wiring/ingest.ts";
import { createMemoryObjects } from "./memory-objects.ts";
import type { World } from "./world.ts";

interface Queued {
  readonly message: object;
  readonly delaySeconds: number;
}

export const acme: BatchViewer = { role: "manufacturer", manufacturer: "acme", actor: "token:a" };
export const operator: BatchViewer = { role: "operator", actor: "operator:eve" };

/** The ingest function's worker on a world's database and stand-in; objects and queue in memory. */
export function createIngest(
  world: Pick<World, "clients" | "names" | "now">,
  limits: NonNullable<BatchDeps["limits"]> = {},
) {
  const objects = createMemoryObjects();
  const queued: Queued[] = [];
  const healed: HealSummary[] = [];
  const wiring = {
    clients: world.clients,
    ...world.names,
    now: world.now,
    objects: objects.store,
    queue: {
      send: async (message: object, { delaySeconds = 0 } = {}) => {
        queued.push({ message, delaySeconds });
      },
    },
  };
  const batches = wireBatches(wiring);
  const worker = wireIngest({
    ...wiring,
    onHealed: (summary) => healed.push(summary),
    limits,
  });
  return {
    batches,
    worker,
    objects,
    queued,
    healed,
    /** What the manufacturer's client does. @param ids of the devices. @returns the batch's id. */
    push: async (leaves: readonly Leaf[], ids?: readonly string[]): Promise<string> => {
      const records = leaves.map(({ pem }, at) =>
        ids ? JSON.stringify({ certificate: pem, deviceId: ids[at] }) : pem,
      );
      const bytes = Buffer.from(`${records.join("\n")}\n`);
      const sha256 = hash("sha256", bytes, "hex");
      const { batch } = await batches.open(acme, {
        profile: "sensor",
        fileName: "delivery.pem",
        bytes: bytes.length,
        sha256,
      });
      objects.put(toManifestKey(batch), bytes);
      queued.push({ message: { step: "inspect", batch: batch.id }, delaySeconds: 0 });
      return batch.id;
    },
    /** Delivers what may be by now, until nothing is left. @param withinSeconds later ones stay. */
    drain: async (withinSeconds = 60): Promise<void> => {
      for (;;) {
        const index = queued.findIndex(({ delaySeconds }) => delaySeconds <= withinSeconds);
        const [next] = index < 0 ? [] : queued.splice(index, 1);
        if (next === undefined) return;
        await worker.handleBatchMessage(next.message);
      }
    },
  };
}
