import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createBatchStores } from "../src/aws/dynamodb/batch-stores.ts";
import { createTables } from "../src/aws/dynamodb/create-tables.ts";
import type { BatchDeps } from "../src/batches/batch-deps.ts";
import { toManifestKey } from "../src/batches/batch-keys.ts";
import { createBatchUseCases } from "../src/batches/create-batch-use-cases.ts";
import { createHandleBatchMessage } from "../src/batches/handle-batch-message.ts";
import type { ObjectStore } from "../src/batches/object-store.ts";
import { parseProfile } from "../src/rules/profile/profile.ts";
import { preregisteredElsewhere } from "../src/wiring/preregistration.ts";
import { leastProfile } from "../test/support/profile-documents.ts";

/** What one process measured while it ingested one manifest. */
export interface IngestMeasurement {
  readonly added: number;
  readonly seconds: number;
  readonly idleBytes: number;
  readonly peakBytes: number;
}

const intervalMs = 10;
/** One waits for the database while another reads certificates. */
const messagesAtOnce = 3;
const queue: object[] = [];
const [endpoint = "", folder = "", sha256 = ""] = process.argv.slice(2);

async function measure(): Promise<IngestMeasurement> {
  const deps = await createDeps();
  const handle = createHandleBatchMessage(deps);
  const idleBytes = process.memoryUsage.rss();
  let peakBytes = idleBytes;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, intervalMs);
  const viewer = { role: "manufacturer", manufacturer: "acme", actor: "bench" } as const;
  const useCases = createBatchUseCases(deps);
  const { size: bytes } = await stat(join(folder, "manifest"));
  const request = { profile: "sensor", fileName: "manifest", bytes, sha256 };
  const { batch } = await useCases.open(viewer, request);
  const start = performance.now();
  const copy = createReadStream(join(folder, "manifest"));
  await deps.objects.write(toManifestKey(batch), copy);
  queue.push({ step: "inspect", batch: batch.id });
  await Promise.all(Array.from({ length: messagesAtOnce }, () => work(handle)));
  const seconds = (performance.now() - start) / 1000;
  clearInterval(watch);
  const { status, counts, problem } = await useCases.show(viewer, batch.id);
  if (status !== "completed") throw new Error(`The batch is ${status}: ${problem?.message}`);
  return { added: counts.added, seconds, idleBytes, peakBytes };
}

let busy = 0;

async function work(handle: (message: object) => Promise<void>): Promise<void> {
  while (queue.length > 0 || busy > 0) {
    const next = queue.shift();
    if (next === undefined) {
      await sleep(1);
      continue;
    }
    busy += 1;
    await handle(next);
    busy -= 1;
  }
}

async function createDeps(): Promise<BatchDeps> {
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  const client = new DynamoDBClient({ endpoint, region: "eu-west-1", credentials });
  const tables = { client, ledger: `ledger-${sha256}`, audit: `audit-${sha256}` };
  await createTables(tables);
  const issuer = await readFile(join(folder, "ca.der"));
  return {
    ...createBatchStores(tables),
    objects: createFiles(join(folder, "objects")),
    queue: {
      send: async (message, { delaySeconds = 0 } = {}) => {
        if (delaySeconds === 0) queue.push(message);
      },
    },
    readSupplier: async (id) => ({
      id,
      status: "active",
      issuers: [issuer],
      sharedIssuers: new Set(),
      signers: [],
    }),
    readProfile: async () => ({ ...parseProfile(leastProfile), version: 1, policyName: "p" }),
    heal: async () => undefined,
    settle: async () => [],
    preregistration: preregisteredElsewhere,
    newId: randomUUID,
    now: () => new Date(),
    actor: "bench",
  };
}

function createFiles(root: string): ObjectStore {
  const toPath = (key: string) => join(root, key);
  return {
    createUpload: async () => ({ method: "PUT", url: "", headers: {} }),
    createDownload: async () => "",
    describe: async (key) => ({ bytes: (await stat(toPath(key))).size, sha256: undefined }),
    read: async (key, range) =>
      createReadStream(
        toPath(key),
        range && { start: range.offset, end: range.offset + range.length - 1 },
      ),
    write: async (key, chunks) => {
      await mkdir(dirname(toPath(key)), { recursive: true });
      await pipeline(Readable.from(chunks), createWriteStream(toPath(key)));
    },
    delete: (key) => rm(toPath(key), { force: true }),
  };
}

process.stdout.write(JSON.stringify(await measure()));
