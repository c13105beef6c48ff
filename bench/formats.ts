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
import { sampleFormats } from "../src/formats/sample/sample-formats.ts";
import { compare, type Figure } from "./figure.ts";
import type { FormatMeasurement } from "./formats-worker.ts";

const smallCount = 10_000;
const largeCount = 100_000;
const mebibyte = 1024 * 1024;

/**
 * Reads a manifest of each format, in a process of its own: time per record beside that of
 * `X509Certificate`, verification and SHA-256 in a bare loop, and memory at 10,000 and 100,000 records.
 * Signed manifests are verified whole, their chains too.
 */
export async function run(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "muster-bench-"));
  try {
    const figures: Figure[] = [];
    for (const format of sampleFormats.filter(({ maxCount }) => maxCount === undefined)) {
      const small = await measure(format, smallCount, folder);
      const large = await measure(format, largeCount, folder);
      figures.push(...toFigures(format.name, small, large));
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function toFigures(name: string, small: FormatMeasurement, large: FormatMeasurement) {
  const memory = (count: number, { peakBytes, idleBytes }: FormatMeasurement): Figure => ({
    figure: `${name}: memory above idle, ${count.toLocaleString("en")} records`,
    value: Math.round((peakBytes - idleBytes) / mebibyte),
    unit: "MiB",
    target: "≤ 256",
  });
  const { readMicroseconds: muster, bareMicroseconds: bare } = large;
  return [
    compare(`${name}: reading a record`, "µs", { muster, bare }),
    { figure: `${name}: survey of a record`, value: round(large.surveyMicroseconds), unit: "µs" },
    memory(smallCount, small),
    memory(largeCount, large),
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
  const [ca, signer] = [join(folder, "ca.der"), join(folder, "signer.der")];
  writeFileSync(ca, pki.ca.der);
  if (pki.signer) writeFileSync(signer, pki.signer.der);
  const worker = join(import.meta.dirname, "formats-worker.ts");
  const words = [worker, manifest, ca, ...(pki.signer ? [signer] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const measured = JSON.parse(stdout) as FormatMeasurement;
  if (measured.devices !== count) throw new Error(`${format.name}: ${measured.devices} devices`);
  return measured;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
