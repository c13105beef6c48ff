import { hash } from "node:crypto";
import type { ObjectStore } from "../../src/batches/object-store.ts";
import { MusterError } from "../../src/rules/errors.ts";

/** An object store in memory. Uploads are put in with `put`. */
export function createMemoryObjects() {
  const objects = new Map<string, Buffer>();
  const deleted: string[] = [];
  const store: ObjectStore = {
    createUpload: async ({ key }) => ({ method: "PUT", url: `memory:${key}`, headers: {} }),
    describe: async (key) => {
      const bytes = objects.get(key);
      return bytes && { bytes: bytes.length, sha256: hash("sha256", bytes, "hex") };
    },
    read: async (key, range) => {
      const bytes = objects.get(key);
      if (bytes === undefined) throw new MusterError("OBJECT_MISSING", `There is no ${key}.`);
      const { offset, length } = range ?? { offset: 0, length: bytes.length };
      return toChunks(bytes.subarray(offset, offset + length));
    },
    write: async (key, chunks) => {
      const written: Uint8Array[] = [];
      for await (const chunk of chunks) written.push(chunk);
      objects.set(key, Buffer.concat(written));
    },
    createDownload: async ({ key }) => `memory:${key}`,
    delete: async (key) => {
      objects.delete(key);
      deleted.push(key);
    },
  };
  return {
    store,
    put: (key: string, bytes: Buffer) => objects.set(key, bytes),
    get: (key: string) => objects.get(key),
    keys: () => [...objects.keys()].sort(),
    deleted,
  };
}

const chunkBytes = 10_000;

async function* toChunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}
