import { execFile } from "node:child_process";
import { createWriteStream, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createSample } from "../src/formats/sample/create-sample.ts";
import type { SampleFormat } from "../src/formats/sample/sample-format.ts";
import { allSamples } from "../src/formats/sample/sample-formats.ts";
import { compare, type Figure } from "./figure.ts";
import type { FormatMeasurement, FormatTask } from "./formats-worker.ts";

/** All formats at 10,000 and 100,000 rows take many minutes; a gate takes some of them. */
const counts = (process.env["MUSTER_BENCH_ROWS"] ?? "10000,100000").split(",").map(Number);
const names = process.env["MUSTER_BENCH_FORMATS"]?.split(",");
/** With fewer, what is measured is the compiler. */
const fewest = 2000;
const mebibyte = 1024 * 1024;

/**
 * Reads a manifest of each format and judges its rows as ingest does, in a process of its own: rows per
 * second and core beside `X509Certificate`, verification and SHA-256 in a bare loop, in turns; the first
 * look at all of it; and memory. Of signed manifests every signature and chain is verified.
 */
export async function run(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "muster-bench-"));
  try {
    const figures: Figure[] = [];
    for (const format of allSamples.filter(isMeasured)) {
      const { maxCount: limit = Number.POSITIVE_INFINITY } = format;
      const sizes = [...new Set(counts.map((count) => Math.min(count, limit)))];
      for (const count of sizes) {
        figures.push(...toFigures(format, count, await measure(format, count, folder)));
      }
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isMeasured({ name, maxCount = fewest }: SampleFormat): boolean {
  return maxCount >= fewest && (names?.includes(name) ?? true);
}

function toTarget({ name, profile }: SampleFormat): string {
  if (name === "microchip") return "≥ 2000";
  return profile.keys === "rsa" ? "≥ 0.5 ×" : "≥ 0.6 ×";
}

function toFigures(format: SampleFormat, count: number, measured: FormatMeasurement): Figure[] {
  const { rowsPerSecond: muster, barePerSecond: bare, surveyMicroseconds } = measured;
  const of = `${format.name}, ${count.toLocaleString("en")} rows`;
  return [
    compare(`${of}: read and judged, a core`, "rows/s", { muster, bare }, toTarget(format)),
    { figure: `${of}: first look at a row`, value: Math.round(surveyMicroseconds), unit: "µs" },
    {
      figure: `${of}: memory above idle`,
      value: Math.round((measured.peakBytes - measured.idleBytes) / mebibyte),
      unit: "MiB",
      target: "≤ 256",
    },
  ];
}

async function measure(
  format: SampleFormat,
  count: number,
  folder: string,
): Promise<FormatMeasurement> {
  const manifest = join(folder, `manifest${format.ending}`);
  const { chunks, pki } = createSample({ format, count, now: new Date() });
  await pipeline(Readable.from(chunks), createWriteStream(manifest));
  const { mapping, dataObject } = format;
  const task: FormatTask = {
    manifest,
    ca: pki.ca.der.toString("base64"),
    ...(pki.signer && { signer: pki.signer.der.toString("base64") }),
    ...(mapping && { mapping }),
    ...(dataObject && { dataObject }),
  };
  const taskFile = join(folder, "task.json");
  writeFileSync(taskFile, JSON.stringify(task));
  const worker = join(import.meta.dirname, "formats-worker.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [worker, taskFile]);
  const measured = JSON.parse(stdout) as FormatMeasurement;
  if (measured.devices !== count) throw new Error(`${format.name}: ${measured.devices} devices`);
  return measured;
}
