import { execFile } from "node:child_process";
import { hash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createSample } from "../src/formats/sample/create-sample.ts";
import { sampleFormats } from "../src/formats/sample/sample-formats.ts";
import { startDatabase } from "../test/support/database.ts";
import { measureBatchWrites } from "./batch-writes.ts";
import { compare, type Figure } from "./figure.ts";
import { measureChecks } from "./ingest-checks.ts";
import type { IngestMeasurement } from "./ingest-worker.ts";

const checkedCount = 6_000;
const smallCount = 10_000;
const largeCount = Number(process.env["MUSTER_BENCH_DEVICES"] ?? 100_000);
const mebibyte = 1024 * 1024;

const checks = [
  { title: "P-256 in PEM", name: "pem", target: "≥ 0.6 ×" },
  { title: "P-256 in NDJSON", name: "ndjson", target: "≥ 0.6 ×" },
  { title: "P-256 in CSV", name: "csv", target: "≥ 0.6 ×" },
  { title: "RSA-2048 in CSV, CA of P-256", name: "espressif", target: "≥ 0.5 ×" },
  { title: "RSA-2048 in CSV, CA of RSA-2048", name: "espressif", caKeys: "rsa", target: "≥ 0.5 ×" },
  { title: "P-256 in Microchip JWS, each signed", name: "microchip", target: "≥ 2000" },
] as const;

/**
 * Certificates per second and core for parsing and judging, beside a bare loop; the whole pipeline
 * into the local database, beside what that database takes in batch writes of the same items; and its
 * memory.
 */
export async function run(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const { title, name, target, ...rest } of checks) {
    const measured = await measureChecks(name, { count: checkedCount, ...rest });
    figures.push(compare(`${title}: read and judged, a core`, "certificates/s", measured, target));
  }
  const small = await ingest(smallCount);
  const large = await ingest(largeCount);
  const muster = large.added / large.seconds;
  const { pairs, entries } = large.batchWrites;
  return [
    ...figures,
    toMemory(small),
    toMemory(large),
    compare(
      "whole pipeline, beside batch writes of the same items",
      "certificates/s",
      {
        muster,
        bare: pairs,
      },
      "≥ 0.6 ×",
    ),
    compare("the same, beside batch writes without claims", "certificates/s", {
      muster,
      bare: entries,
    }),
  ];
}

function toMemory({ added, peakBytes, idleBytes }: IngestMeasurement): Figure {
  return {
    figure: `memory above idle, ${added.toLocaleString("en")} certificates`,
    value: Math.round((peakBytes - idleBytes) / mebibyte),
    unit: "MiB",
    target: "≤ 256",
  };
}

interface BatchWrites {
  readonly pairs: number;
  readonly entries: number;
}

async function ingest(
  count: number,
): Promise<IngestMeasurement & { readonly batchWrites: BatchWrites }> {
  const folder = await mkdtemp(join(tmpdir(), "muster-bench-"));
  const database = await startDatabase();
  try {
    const format = sampleFormats.find(({ name }) => name === "pem");
    if (format === undefined) throw new Error("There is no sample pem.");
    const { chunks, pki } = createSample({ format, count, now: new Date() });
    await writeFile(join(folder, "manifest"), chunks);
    await writeFile(join(folder, "ca.der"), pki.ca.der);
    const sha256 = hash("sha256", await readFile(join(folder, "manifest")), "hex");
    // Before and after, so that what else the machine does counts for both.
    const before = await measureBoth(database.url);
    const measured = await work([database.url, folder, sha256]);
    const after = await measureBoth(database.url);
    if (measured.added !== count) throw new Error(`${measured.added} of ${count} were added.`);
    const batchWrites = {
      pairs: (before.pairs + after.pairs) / 2,
      entries: (before.entries + after.entries) / 2,
    };
    return { ...measured, batchWrites };
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureBoth(endpoint: string): Promise<BatchWrites> {
  const pairs = await measureBatchWrites(endpoint, true);
  return { pairs, entries: await measureBatchWrites(endpoint, false) };
}

/** As the ingest function is run: its garbage is of short life, and small spaces keep it small. */
const nodeOptions = ["--max-semi-space-size=8"];

async function work(words: readonly string[]): Promise<IngestMeasurement> {
  const worker = join(import.meta.dirname, "ingest-worker.ts");
  const all = [...nodeOptions, worker, ...words];
  const { stdout } = await promisify(execFile)(process.execPath, all);
  return JSON.parse(stdout) as IngestMeasurement;
}
