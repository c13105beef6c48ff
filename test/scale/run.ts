import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BatchView } from "../../src/batches/batch-use-cases.ts";
import { createRandom } from "../batches/disturb.ts";
import { startDatabase } from "../support/database.ts";
import { digestTable, type TableDigest } from "./digest-table.ts";
import { type Manifest, makeManifest } from "./make-manifest.ts";
import type { WorkerSetting } from "./messages.ts";
import { push } from "./push.ts";
import type { Disturbance, Worked } from "./work-through.ts";

/**
 * One push of very many certificates, through real files, a real queue, a real database and worker
 * processes: nothing is lost and the counts are exact; and the same again with every message delivered
 * twice and workers killed at random.
 */
const { values } = parseArgs({
  options: {
    count: { type: "string", default: process.env["MUSTER_SCALE_COUNT"] ?? "100000" },
    seed: { type: "string", default: process.env["MUSTER_SCALE_SEED"] ?? "" },
    format: { type: "string", default: "pem" },
  },
});
const count = Number(values.count);
const seed = values.seed === "" ? randomInt(2 ** 31) : Number(values.seed);
const at = new Date(Math.floor(Date.now() / 1000) * 1000);
const defects = ["expired", "other-ca", "unreadable", "duplicate-leaf"] as const;
const expected = {
  rows: count,
  added: count - defects.length,
  known: 1,
  refused: defects.length - 1,
  warnings: 1,
};
const [copies, kills] = [2, 0.1];
const mebibyte = 1024 * 1024;
const maxMemoryBytes = 256 * mebibyte;

interface Ran {
  readonly view: BatchView;
  readonly ledger: TableDigest;
  readonly audit: TableDigest;
  readonly worked: Worked;
}

async function pushTo(
  manifest: Manifest,
  setting: WorkerSetting,
  disturbance?: Disturbance,
): Promise<Ran> {
  const tell = (line: unknown) => report(`${setting.run}: ${String(line)}`);
  const { view, tables, seconds, worked } = await push(manifest, setting, {
    onProgress: tell,
    ...(disturbance && { disturbance }),
  });
  const memory = Math.round(worked.memoryBytes / mebibyte);
  for (const [error, times] of worked.errors) tell(`${times} × ${error}`);
  tell(`${Math.round(seconds)} s, ${worked.kills} workers killed, ${memory} MiB above idle`);
  return {
    view,
    ledger: await digestTable(tables.client, tables.ledger),
    audit: await digestTable(tables.client, tables.audit),
    worked,
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function report(line: unknown): void {
  process.stderr.write(`${String(line)}\n`);
}

const outcomes: boolean[] = [];

function check(name: string, found: unknown, wanted: unknown): void {
  const [one, other] = [toText(found), toText(wanted)];
  const passed = one === other;
  outcomes.push(passed);
  print(`${passed ? "passed" : "FAILED"}: ${name}${passed ? "" : `: ${one}, not ${other}`}`);
}

function toText(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "bigint" ? each.toString(16) : each,
  );
}

async function run(): Promise<void> {
  print(`${count} certificates as ${values.format}; --seed ${seed}`);
  const folder = await mkdtemp(join(tmpdir(), "muster-scale-"));
  const database = await startDatabase();
  try {
    const manifest = await makeManifest(folder, values.format, { count, defects, now: at });
    const toSetting = (name: string): WorkerSetting => ({
      endpoint: database.url,
      run: name,
      folder: join(folder, name),
      ca: manifest.ca,
      at: at.toISOString(),
    });
    const calm = await pushTo(manifest, toSetting("undisturbed"));
    check("the batch is completed", calm.view.status, "completed");
    check("its counts are exact", calm.view.counts, expected);
    check("every certificate has its entry", calm.ledger.entries, expected.added);
    check("no worker took much memory", calm.worked.memoryBytes <= maxMemoryBytes, true);
    const disturbance = { random: createRandom(seed), copies, kills };
    const wild = await pushTo(manifest, toSetting("disturbed"), disturbance);
    check("workers were killed", wild.worked.kills > 0, true);
    check("disturbed, the batch is the same", wild.view, calm.view);
    check("disturbed, the ledger is the same", wild.ledger, calm.ledger);
    check("disturbed, the audit is the same", wild.audit, calm.audit);
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

await run();
const passed = outcomes.filter(Boolean).length;
print(`${passed} passed, ${outcomes.length - passed} failed`);
process.exitCode = passed === outcomes.length ? 0 : 1;
