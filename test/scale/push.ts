import { createReadStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createTables } from "../../src/aws/dynamodb/create-tables.ts";
import type { Tables } from "../../src/aws/dynamodb/tables.ts";
import { toManifestKey } from "../../src/batches/batch-keys.ts";
import type { BatchView } from "../../src/batches/batch-use-cases.ts";
import { createBatchUseCases } from "../../src/batches/create-batch-use-cases.ts";
import { createDeps, createRunTables } from "./create-deps.ts";
import type { Manifest } from "./make-manifest.ts";
import type { WorkerSetting } from "./messages.ts";
import { type Disturbance, type Worked, workThrough } from "./work-through.ts";

const viewer = { role: "manufacturer", manufacturer: "acme", actor: "token:scale" } as const;
const intervalMs = 5_000;

export interface Pushed {
  readonly view: BatchView;
  readonly tables: Tables;
  /** From the upload's end to the last message's. */
  readonly seconds: number;
  readonly worked: Worked;
}

/** Pushes a manifest, and has worker processes work on it until nothing is left to do. */
export async function push(
  manifest: Manifest,
  setting: WorkerSetting,
  {
    disturbance,
    onProgress = () => {},
  }: {
    readonly disturbance?: Disturbance;
    readonly onProgress?: (line: unknown) => void;
  } = {},
): Promise<Pushed> {
  await mkdir(setting.folder, { recursive: true });
  const tables = createRunTables(setting);
  await createTables(tables);
  const deps = createDeps(setting, { send: async () => {} });
  const useCases = createBatchUseCases(deps);
  const { path, bytes, sha256 } = manifest;
  const request = { profile: "sensor", fileName: "manifest", bytes, sha256 };
  const { batch } = await useCases.open(viewer, { ...request, idempotencyKey: "scale" });
  await deps.objects.write(toManifestKey(batch), createReadStream(path));
  const start = performance.now();
  const watch = setInterval(() => {
    useCases.show(viewer, batch.id).then(({ progress, status }) => {
      onProgress(`${status}, ${Math.round(progress * 100)} %`);
    }, onProgress);
  }, intervalMs);
  const worked = await workThrough(setting, [{ step: "inspect", batch: batch.id }], disturbance);
  clearInterval(watch);
  const seconds = (performance.now() - start) / 1000;
  return { view: await useCases.show(viewer, batch.id), tables, seconds, worked };
}
