import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ObjectStore } from "./object-store.ts";

/** Reads lines of JSON that Muster wrote itself. */
export async function* readNdjson<T>(objects: ObjectStore, key: string): AsyncGenerator<T> {
  const input = Readable.from(await objects.read(key), { objectMode: false });
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line !== "") yield JSON.parse(line) as T;
  }
}

export async function writeNdjson(
  objects: ObjectStore,
  key: string,
  rows: Iterable<unknown>,
): Promise<void> {
  await objects.write(key, toChunks(rows));
}

/** Some rows at a time, so that no text is as long as the file. */
const rowsOfChunk = 200;

function* toChunks(rows: Iterable<unknown>): Generator<Uint8Array> {
  let lines: string[] = [];
  for (const row of rows) {
    lines.push(`${JSON.stringify(row)}\n`);
    if (lines.length < rowsOfChunk) continue;
    yield Buffer.from(lines.join(""));
    lines = [];
  }
  yield Buffer.from(lines.join(""));
}

/** Reads all of a small object. */
export async function readWhole(objects: ObjectStore, key: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await objects.read(key)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
