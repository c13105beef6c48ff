import { createHash, randomInt } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { createTables } from "../../src/aws/dynamodb/create-tables.ts";
import { toManifestKey } from "../../src/batches/batch-keys.ts";
import type { BatchView } from "../../src/batches/batch-use-cases.ts";
import { createBatchUseCases } from "../../src/batches/create-batch-use-cases.ts";
import { createSample } from "../../src/formats/sample/create-sample.ts";
import { sampleFormats } from "../../src/formats/sample/sample-formats.ts";
import { createRandom } from "../batches/disturb.ts";
import { startDatabase } from "../support/database.ts";
import { createDeps, createRunTables } from "./create-deps.ts";
import { digestTable, type TableDigest } from "./digest-table.ts";
import type { WorkerSetting } from "./messages.ts";
import { type Disturbance, workThrough } from "./work-through.ts";

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
const viewer = { role: "manufacturer", manufacturer: "acme", actor: "token:scale" } as const;
const defects = ["expired", "other-ca", "unreadable", "duplicate-leaf"] as const;
const expected = {
  rows: count,
  added: count - defects.length,
  known: 1,
  refused: defects.length - 1,
  warnings: 1,
};
const [copies, kills] = [2, 0.1];

interface Manifest {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Base64 of DER. */
  readonly ca: string;
}

interface Ran {
  readonly view: BatchView;
  readonly ledger: TableDigest;
  readonly audit: TableDigest;
  readonly kills: number;
}

async function makeManifest(folder: string): Promise<Manifest> {
  const format = sampleFormats.find(({ name }) => name === values.format);
  if (format === undefined) throw new Error(`There is no sample ${values.format}.`);
  const path = join(folder, "manifest");
  const { chunks, pki } = createSample({ format, count, defects, now: at });
  await pipeline(Readable.from(chunks), createWriteStream(path));
  const sum = createHash("sha256");
  for await (const chunk of createReadStream(path)) sum.update(chunk as Buffer);
  const { size: bytes } = await stat(path);
  return { path, bytes, sha256: sum.digest("hex"), ca: pki.ca.der.toString("base64") };
}

async function push(
  manifest: Manifest,
  setting: WorkerSetting,
  disturbance?: Disturbance,
): Promise<Ran> {
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
      report(`${setting.run}: ${status}, ${Math.round(progress * 100)} %`);
    }, report);
  }, 5_000);
  const worked = await workThrough(setting, [{ step: "inspect", batch: batch.id }], disturbance);
  clearInterval(watch);
  const seconds = Math.round((performance.now() - start) / 1000);
  for (const [error, times] of worked.errors) report(`${setting.run}: ${times} × ${error}`);
  report(`${setting.run}: ${seconds} s, ${worked.kills} workers killed`);
  return {
    view: await useCases.show(viewer, batch.id),
    ledger: await digestTable(tables.client, tables.ledger),
    audit: await digestTable(tables.client, tables.audit),
    kills: worked.kills,
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
    const manifest = await makeManifest(folder);
    const toSetting = (name: string): WorkerSetting => ({
      endpoint: database.url,
      run: name,
      folder: join(folder, name),
      ca: manifest.ca,
      at: at.toISOString(),
    });
    const calm = await push(manifest, toSetting("undisturbed"));
    check("the batch is completed", calm.view.status, "completed");
    check("its counts are exact", calm.view.counts, expected);
    check("every certificate has its entry", calm.ledger.entries, expected.added);
    const disturbance = { random: createRandom(seed), copies, kills };
    const wild = await push(manifest, toSetting("disturbed"), disturbance);
    check("workers were killed", wild.kills > 0, true);
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
