import { execFile } from "node:child_process";
import { hash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createTables } from "../src/aws/dynamodb/create-tables.ts";
import { toEntryItem } from "../src/aws/dynamodb/entry-item.ts";
import { createSample } from "../src/formats/sample/create-sample.ts";
import { sampleFormats } from "../src/formats/sample/sample-formats.ts";
import { createEntry } from "../test/support/create-entry.ts";
import { startDatabase } from "../test/support/database.ts";
import { compare, type Figure } from "./figure.ts";
import { measureChecks } from "./ingest-checks.ts";
import type { IngestMeasurement } from "./ingest-worker.ts";

const checkedCount = 12_000;
const smallCount = 10_000;
const largeCount = Number(process.env["MUSTER_BENCH_DEVICES"] ?? 100_000);
const mebibyte = 1024 * 1024;

/**
 * Certificates per second and core for parsing and judging, beside a bare loop; the whole pipeline
 * into the local database, beside what that database takes in batch writes; and its memory.
 */
export async function run(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const name of ["csv", "espressif"]) {
    const measured = await measureChecks(name, checkedCount);
    figures.push(compare(`${name}: parsed and judged, a core`, "certificates/s", measured));
  }
  const small = await ingest(smallCount);
  const large = await ingest(largeCount);
  figures.push(toMemory(small), toMemory(large));
  const muster = large.added / large.seconds;
  const pair = { muster, bare: large.batchWrites };
  return [...figures, compare("whole pipeline into the local database", "certificates/s", pair)];
}

function toMemory({ added, peakBytes, idleBytes }: IngestMeasurement): Figure {
  return {
    figure: `memory above idle, ${added.toLocaleString("en")} certificates`,
    value: Math.round((peakBytes - idleBytes) / mebibyte),
    unit: "MiB",
    target: "≤ 256",
  };
}

async function ingest(
  count: number,
): Promise<IngestMeasurement & { readonly batchWrites: number }> {
  const folder = await mkdtemp(join(tmpdir(), "muster-bench-"));
  const database = await startDatabase();
  try {
    const format = sampleFormats.find(({ name }) => name === "csv");
    if (format === undefined) throw new Error("There is no sample csv.");
    const { chunks, pki } = createSample({ format, count, now: new Date() });
    await writeFile(join(folder, "manifest"), chunks);
    await writeFile(join(folder, "ca.der"), pki.ca.der);
    const sha256 = hash("sha256", await readFile(join(folder, "manifest")), "hex");
    const batchWrites = await measureBatchWrites(database.url);
    const worker = join(import.meta.dirname, "ingest-worker.ts");
    const words = [worker, database.url, folder, sha256];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    const measured = JSON.parse(stdout) as IngestMeasurement;
    if (measured.added !== count) throw new Error(`${measured.added} of ${count} were added.`);
    return { ...measured, batchWrites };
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const writtenEntries = 5_000;
const entriesOfWrite = 25;
const writesAtOnce = 8;

/** Entries a second, written as fast as the database's own batch write goes. */
async function measureBatchWrites(endpoint: string): Promise<number> {
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  const client = new DynamoDBClient({ endpoint, region: "eu-west-1", credentials });
  const tables = { client, ledger: "bare", audit: "bare-audit" };
  await createTables(tables);
  const certificate = randomBytes(450);
  const start = performance.now();
  let left = writtenEntries;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= entriesOfWrite;
      const writes = Array.from({ length: entriesOfWrite }, () => {
        const certificateId = randomBytes(32).toString("hex");
        return {
          PutRequest: { Item: toEntryItem({ certificateId }, createEntry({ certificate })) },
        };
      });
      await client.send(new BatchWriteItemCommand({ RequestItems: { bare: writes } }));
    }
  };
  await Promise.all(Array.from({ length: writesAtOnce }, lane));
  return writtenEntries / ((performance.now() - start) / 1000);
}
