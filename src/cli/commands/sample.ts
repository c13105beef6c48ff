import { createWriteStream } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InvalidArgumentError } from "commander";
import { toPem } from "../../formats/certificates/to-pem.ts";
import type { SampleDevice } from "../../formats/sample/create-sample.ts";
import {
  defectsOf,
  isSampleDefect,
  type SampleDefect,
  sampleDefects,
} from "../../formats/sample/sample-defects.ts";
import type { SampleFormat, SamplePki } from "../../formats/sample/sample-format.ts";
import { sampleFormats } from "../../formats/sample/sample-formats.ts";
import { MusterError } from "../../rules/errors.ts";
import { type Cli, examples } from "../cli.ts";
import { colors, plural, print, toFields } from "../output.ts";
import { createProgress } from "../progress.ts";

const maxCount = 1_000_000;
const maxKeys = 1000;

interface SampleOptions {
  readonly count?: number;
  readonly out?: string;
  readonly keys: number;
  readonly defect?: readonly SampleDefect[];
  readonly force?: boolean;
}

export function addSampleCommand({ program, json }: Cli): void {
  program
    .command("sample")
    .description("make a manifest of devices that do not exist, to try things out with")
    .argument("<format>", "one of those below", parseFormat)
    .option(
      "--count <n>",
      "so many devices (default: 10, or as many as there can be)",
      parseCount(maxCount),
    )
    .option("--out <file>", "the manifest; its CAs and keys go beside it")
    .option(
      "--keys <n>",
      "make keys and certificates to connect with for the first n",
      parseCount(maxKeys),
      0,
    )
    .option(
      "--defect <names>",
      "what is to be wrong with it, separated by commas; default: nothing",
      parseDefects,
    )
    .option("--force", "write over files that are there")
    .addHelpText("after", `\n${toFormatList()}\n\n${toDefectList()}\n${toExamples()}`)
    .action(async (format: SampleFormat, options: SampleOptions) => {
      const count = toCount(format, options.count);
      const { defect: defects = [] } = options;
      checkDefects(format, count, defects);
      const out = options.out ?? `sample-${format.name}${format.ending}`;
      const files = await writeSample(format, { ...options, count, out, json });
      const data = { format: format.name, count, defects, ...files };
      print(json, data, () => toText(format, count, files));
    });
}

interface Files {
  readonly manifest: string;
  readonly cas: string;
  readonly signer?: string;
  readonly devices?: string;
}

async function writeSample(
  format: SampleFormat,
  options: SampleOptions & {
    readonly count: number;
    readonly out: string;
    readonly json: boolean;
  },
): Promise<Files> {
  const { out, keys, count, defect: defects = [], force, json } = options;
  const stem = join(dirname(out), basename(out, extname(out)));
  const flags = { flag: force ? "w" : "wx" };
  const devices: SampleDevice[] = [];
  const { createSample } = await import("../../formats/sample/create-sample.ts");
  const sample = createSample({
    format,
    count,
    keys,
    defects,
    now: new Date(),
    onDevice: (device) => devices.push(device),
  });
  await attempt(out, async () => {
    const progress = createProgress("Making", undefined, !json);
    const chunks = Readable.from(countBytes(sample.chunks, progress.update));
    await pipeline(chunks, createWriteStream(out, { flags: flags.flag })).finally(progress.clear);
  });
  const files = { manifest: out, ...(await writePki(stem, sample.pki, flags)) };
  if (devices.length === 0) return files;
  await writeDevices(`${stem}-devices`, devices, flags);
  return { ...files, devices: `${stem}-devices` };
}

function* countBytes(chunks: Iterable<Buffer>, onProgress: (bytes: number) => void) {
  let bytes = 0;
  for (const chunk of chunks) {
    bytes += chunk.length;
    onProgress(bytes);
    yield chunk;
  }
}

type Flags = { readonly flag: string };

async function writePki(stem: string, { root, ca, signer }: SamplePki, flags: Flags) {
  const cas = `${stem}-cas.pem`;
  await attempt(cas, () => writeFile(cas, toPem(ca.der) + toPem(root.der), flags));
  if (signer === undefined) return { cas };
  const file = `${stem}-signer.pem`;
  await attempt(file, () => writeFile(file, toPem(signer.der), flags));
  return { cas, signer: file };
}

const ownerOnly = 0o600;

async function writeDevices(folder: string, devices: readonly SampleDevice[], flags: Flags) {
  await mkdir(folder, { recursive: true });
  for (const { deviceId, certificatePem, privateKeyPem } of devices) {
    const file = join(folder, deviceId);
    await attempt(`${file}.pem`, () => writeFile(`${file}.pem`, certificatePem, flags));
    await attempt(`${file}.key`, async () => {
      await writeFile(`${file}.key`, privateKeyPem, { ...flags, mode: ownerOnly });
      await chmod(`${file}.key`, ownerOnly);
    });
  }
}

/** @throws MusterError FILE_UNWRITABLE */
async function attempt(path: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    const exists = "code" in error && error.code === "EEXIST";
    const why = exists ? "it is there already; --force writes over it" : error.message;
    throw new MusterError("FILE_UNWRITABLE", `${path}: ${why}.`, { cause: error });
  }
}

function parseFormat(name: string): SampleFormat {
  const format = sampleFormats.find((each) => each.name === name);
  if (format) return format;
  const names = sampleFormats.map((each) => each.name).join(", ");
  throw new InvalidArgumentError(`There are ${names}.`);
}

function parseCount(limit: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (/^\d+$/.test(text) && count <= limit) return count;
    throw new InvalidArgumentError(`Use a number up to ${limit.toLocaleString("en")}.`);
  };
}

function parseDefects(text: string, before: readonly SampleDefect[] = []): readonly SampleDefect[] {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !isSampleDefect(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no defect "${unknown}".`);
  return [...before, ...names.filter(isSampleDefect)];
}

const defaultCount = 10;

/** @throws MusterError USAGE_INVALID */
function toCount({ name, maxCount: limit = maxCount }: SampleFormat, count?: number): number {
  if (count === undefined) return Math.min(defaultCount, limit);
  if (count <= limit) return count;
  throw new MusterError("USAGE_INVALID", `${name} takes --count ${limit} at most.`);
}

/** @throws MusterError USAGE_INVALID */
function checkDefects(format: SampleFormat, count: number, defects: readonly SampleDefect[]): void {
  const possible = defectsOf(format.name);
  const impossible = defects.find((name) => !possible.includes(name));
  if (impossible !== undefined) {
    const list = possible.length > 0 ? possible.join(", ") : "none";
    throw new MusterError(
      "USAGE_INVALID",
      `${format.name} cannot have the defect ${impossible}; it can have: ${list}.`,
    );
  }
  const ofRecords = defects.filter((name) => sampleDefects[name].of === "record").length;
  if (count > ofRecords) return;
  if (count === 0) throw new MusterError("USAGE_INVALID", "--count is 1 at least.");
  throw new MusterError(
    "USAGE_INVALID",
    `So many defects need --count ${ofRecords + 1} at least: each spoils a record of its own.`,
  );
}

function toFormatList(): string {
  const width = Math.max(...sampleFormats.map(({ name }) => name.length));
  const lines = sampleFormats.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`);
  return ["Formats:", ...lines].join("\n");
}

function toDefectList(): string {
  const width = Math.max(...Object.keys(sampleDefects).map((name) => name.length));
  const lines = Object.entries(sampleDefects).map(
    ([name, { meaning }]) => `  ${name.padEnd(width)}  ${meaning}`,
  );
  return ["Defects, as far as the format can have them:", ...lines].join("\n");
}

function toExamples(): string {
  return examples(
    "muster sample csv --count 1000 --out batch.csv",
    "muster sample microchip --count 20 --defect bad-signature,forged-id",
    "muster sample pem --count 5 --keys 2 --out batch.pem",
  );
}

function toText(format: SampleFormat, count: number, files: Files): string {
  return [
    `${colors.green("✓")} ${format.title}: ${plural(count, "record")}`,
    toFields({
      manifest: files.manifest,
      CAs: files.cas,
      signer: files.signer,
      "to connect with": files.devices,
    }),
  ].join("\n");
}
