import type { ObjectStore } from "./object-store.ts";

const lineFeed = 0x0a;

/**
 * Reads lines of JSON that Muster wrote itself.
 *
 * Only a line feed ends a line: `readline` also takes U+2028 and U+2029 for ends, which JSON leaves as
 * they are.
 */
export async function* readNdjson<T>(objects: ObjectStore, key: string): AsyncGenerator<T> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of await objects.read(key)) {
    const window = Buffer.concat([rest, chunk]);
    const end = window.lastIndexOf(lineFeed) + 1;
    rest = window.subarray(end);
    for (const line of window.toString("utf8", 0, end).split("\n")) {
      if (line !== "") yield JSON.parse(line) as T;
    }
  }
  if (rest.length > 0) yield JSON.parse(rest.toString("utf8")) as T;
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
