import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createSample, type SampleRequest } from "../../src/formats/sample/create-sample.ts";
import { sampleFormats } from "../../src/formats/sample/sample-formats.ts";

export interface Manifest {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Base64 of DER. */
  readonly ca: string;
}

/** Writes a sample of any size into a folder, in constant memory. */
export async function makeManifest(
  folder: string,
  name: string,
  request: Omit<SampleRequest, "format">,
): Promise<Manifest> {
  const format = sampleFormats.find((each) => each.name === name);
  if (format === undefined) throw new Error(`There is no sample ${name}.`);
  const path = join(folder, "manifest");
  const { chunks, pki } = createSample({ ...request, format });
  await pipeline(Readable.from(chunks), createWriteStream(path));
  const sum = createHash("sha256");
  for await (const chunk of createReadStream(path)) sum.update(chunk as Buffer);
  const { size: bytes } = await stat(path);
  return { path, bytes, sha256: sum.digest("hex"), ca: pki.ca.der.toString("base64") };
}
