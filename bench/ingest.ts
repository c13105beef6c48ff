import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeManifest } from "../test/scale/make-manifest.ts";
import { push } from "../test/scale/push.ts";
import { startDatabase } from "../test/support/database.ts";
import { measureBatchWrites } from "./batch-writes.ts";
import { compare, type Figure } from "./figure.ts";
import { measureChecks } from "./ingest-checks.ts";

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
 * into the local database, as the local cloud runs it, beside what that database takes in batch writes
 * of the same items; and a worker's memory.
 *
 * A batch is checked before any of it lands, and the database is idle meanwhile: so the pipeline could
 * come up to batch writes only if checking took no time.
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
  const title = "whole pipeline, beside batch writes of the same items";
  const withoutClaims = "the same, beside batch writes without claims";
  const { pairs, entries } = large.batchWrites;
  return [
    ...figures,
    toMemory(small),
    toMemory(large),
    compare(title, "certificates/s", { muster, bare: pairs }, "≥ 0.6 ×"),
    compare(withoutClaims, "certificates/s", { muster, bare: entries }),
  ];
}

function toMemory({ added, memoryBytes }: Ingested): Figure {
  return {
    figure: `memory of a worker above idle, ${added.toLocaleString("en")} certificates`,
    value: Math.round(memoryBytes / mebibyte),
    unit: "MiB",
    target: "≤ 256",
  };
}

interface BatchWrites {
  readonly pairs: number;
  readonly entries: number;
}

interface Ingested {
  readonly added: number;
  readonly seconds: number;
  readonly memoryBytes: number;
  readonly batchWrites: BatchWrites;
}

async function ingest(count: number): Promise<Ingested> {
  const folder = await mkdtemp(join(tmpdir(), "muster-bench-"));
  const database = await startDatabase();
  try {
    const at = new Date();
    const manifest = await makeManifest(folder, "pem", { count, now: at });
    const setting = {
      endpoint: database.url,
      run: randomUUID(),
      folder: join(folder, "run"),
      ca: manifest.ca,
      at: at.toISOString(),
    };
    // Before and after, so that what else the machine does counts for both.
    const before = await measureBoth(database.url);
    const { view, seconds, worked } = await push(manifest, setting);
    const after = await measureBoth(database.url);
    const { added } = view.counts;
    if (added !== count) throw new Error(`${added} of ${count} were added: ${view.status}.`);
    const batchWrites = {
      pairs: (before.pairs + after.pairs) / 2,
      entries: (before.entries + after.entries) / 2,
    };
    return { added, seconds, memoryBytes: worked.memoryBytes, batchWrites };
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureBoth(endpoint: string): Promise<BatchWrites> {
  const pairs = await measureBatchWrites(endpoint, true);
  return { pairs, entries: await measureBatchWrites(endpoint, false) };
}
