import { createWriteStream } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { toPem } from "../../formats/certificates/to-pem.ts";
import type { SampleDevice } from "../../formats/sample/create-sample.ts";
import type { SampleDefect } from "../../formats/sample/sample-defects.ts";
import type { SampleFormat, SamplePki } from "../../formats/sample/sample-format.ts";
import { MusterError } from "../../rules/errors.ts";
import { createProgress } from "../progress.ts";

/** Paths of what was written. */
export interface SampleFiles {
  readonly manifest: string;
  readonly cas?: string;
  readonly signer?: string;
  /** A folder. */
  readonly devices?: string;
}

export interface SampleOrder {
  readonly count: number;
  readonly keys: number;
  readonly defects: readonly SampleDefect[];
  readonly out: string;
  readonly force: boolean;
  /** Whether to show how far it is. */
  readonly show: boolean;
}

/** Writes a manifest; its CAs, signer and devices' keys go beside it. @throws MusterError FILE_UNWRITABLE */
export async function writeSample(format: SampleFormat, order: SampleOrder): Promise<SampleFiles> {
  const { out, keys, count, defects, force, show } = order;
  const stem = join(dirname(out), basename(out, extname(out)));
  const flags = toFlags(force);
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
    const progress = createProgress("Making", undefined, show);
    const chunks = Readable.from(countBytes(sample.chunks, progress.update));
    await pipeline(chunks, createWriteStream(out, { flags: flags.flag })).finally(progress.clear);
  });
  const files = { manifest: out, ...(await writePki(stem, sample.pki, flags)) };
  if (devices.length === 0) return files;
  await writeDevices(`${stem}-devices`, devices, flags);
  return { ...files, devices: `${stem}-devices` };
}

/** Writes a file that stands by itself. @throws MusterError FILE_UNWRITABLE */
export async function writeText(
  out: string,
  text: string,
  { force }: { readonly force: boolean },
): Promise<SampleFiles> {
  await attempt(out, () => writeFile(out, text, toFlags(force)));
  return { manifest: out };
}

type Flags = { readonly flag: string };

function toFlags(force: boolean): Flags {
  return { flag: force ? "w" : "wx" };
}

function* countBytes(chunks: Iterable<Buffer>, onProgress: (bytes: number) => void) {
  let bytes = 0;
  for (const chunk of chunks) {
    bytes += chunk.length;
    onProgress(bytes);
    yield chunk;
  }
}

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
