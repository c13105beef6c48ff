import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { type FileHandle, link, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { ByteRange, ObjectDescription } from "../batches/object-store.ts";
import { MusterError } from "../rules/errors.ts";

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Objects as files, each whole or not there: it is written beside, given over to the disk and then
 * named. So it is after the machine lost its power, too, though the last of them may be missing then.
 *
 * Several threads and processes may share the folder. A file has the hash of its key for a name, as
 * no key is too long, too odd or a way out of the folder then, and ends with the hash of its bytes.
 */
export interface ObjectFiles {
  readonly describe: (key: string) => Promise<ObjectDescription | undefined>;
  /** @throws MusterError OBJECT_MISSING */
  readonly read: (key: string, range?: ByteRange) => Promise<AsyncIterable<Uint8Array>>;
  readonly replace: (key: string, chunks: Chunks) => Promise<void>;
  /**
   * Writes the first object of that key; of several at once one is.
   *
   * @param sha256 lower-case hex; other bytes are not kept.
   */
  readonly add: (
    key: string,
    chunks: Chunks,
    sha256: string,
  ) => Promise<"added" | "differs" | "exists">;
  readonly remove: (key: string) => Promise<void>;
}

const sealBytes = 32;

export function createObjectFiles(folder: string): ObjectFiles {
  mkdirSync(incomingIn(folder), { recursive: true, mode: 0o700 });
  const fileOf = (key: string) => join(folder, createHash("sha256").update(key).digest("hex"));
  return {
    describe: async (key) => {
      const handle = await openFile(fileOf(key));
      if (handle === undefined) return undefined;
      await using _ = handle;
      const bytes = await measure(handle, key);
      const { buffer } = await handle.read(Buffer.alloc(sealBytes), 0, sealBytes, bytes);
      return { bytes, sha256: buffer.toString("hex") };
    },
    read: (key, range) => read(fileOf(key), key, range),
    replace: async (key, chunks) => {
      const { file } = await receive(folder, chunks);
      await rename(file, fileOf(key));
    },
    add: async (key, chunks, expected) => {
      const { file, sha256 } = await receive(folder, chunks);
      try {
        return sha256 === expected ? await place(file, fileOf(key)) : "differs";
      } finally {
        await rm(file, { force: true });
      }
    },
    remove: (key) => rm(fileOf(key), { force: true }),
  };
}

/** Removes what was being written when the local cloud ended; nobody may be writing. */
export function removeUnfinished(folder: string): void {
  rmSync(incomingIn(folder), { recursive: true, force: true });
  mkdirSync(incomingIn(folder), { recursive: true, mode: 0o700 });
}

/** Whether it is what lies in such a folder, by its name. */
export function isObjectFile(name: string): boolean {
  return name === incoming || /^[0-9a-f]{64}$/.test(name);
}

const incoming = "incoming";

function incomingIn(folder: string): string {
  return join(folder, incoming);
}

async function receive(folder: string, chunks: Chunks) {
  const file = join(incomingIn(folder), randomUUID());
  const handle = await open(file, "wx", 0o600);
  try {
    await using _ = handle;
    const hash = createHash("sha256");
    for await (const chunk of chunks) {
      hash.update(chunk);
      await handle.appendFile(chunk);
    }
    const seal = hash.digest();
    await handle.appendFile(seal);
    await handle.datasync();
    return { file, sha256: seal.toString("hex") };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/** Unlike a rename, a link does not replace what is there. */
async function place(file: string, target: string): Promise<"added" | "exists"> {
  try {
    await link(file, target);
    return "added";
  } catch (error) {
    if (isOfCode(error, "EEXIST")) return "exists";
    throw error;
  }
}

async function read(file: string, key: string, range?: ByteRange) {
  const handle = await openFile(file);
  if (handle === undefined) {
    throw new MusterError("OBJECT_MISSING", `There is no object ${key}.`, { details: { key } });
  }
  const bytes = await measure(handle, key);
  const start = range?.offset ?? 0;
  const end = Math.min(bytes, range ? start + range.length : bytes);
  if (start < end) return handle.createReadStream({ start, end: end - 1 });
  await handle.close();
  return Readable.from([]);
}

async function openFile(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, "r");
  } catch (error) {
    if (isOfCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

async function measure(handle: FileHandle, key: string): Promise<number> {
  const { size } = await handle.stat();
  if (size >= sealBytes) return size - sealBytes;
  await handle.close();
  throw new MusterError("STATE_DAMAGED", `The file of the object ${key} is cut short.`, {
    details: { key },
  });
}

function isOfCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
