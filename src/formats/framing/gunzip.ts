import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { MusterError } from "../../rules/errors.ts";
import type { Chunks } from "../manifest-format.ts";

/** Certificates hardly pack at all; PEM in CSV to two thirds. */
const maxRatio = 100;
/** Below that no ratio is a concern. */
const harmlessBytes = 1024 * 1024;

/** Unpacks gzip, a chunk at a time. @throws MusterError MANIFEST_UNREADABLE for damage and bombs. */
export async function* gunzip(chunks: Chunks, source: string): AsyncGenerator<Uint8Array> {
  let packed = 0;
  let unpacked = 0;
  async function* count() {
    for await (const chunk of chunks) {
      packed += chunk.length;
      yield chunk;
    }
  }
  const input = Readable.from(count());
  const unzip = createGunzip();
  input.on("error", (error) => unzip.destroy(error)).pipe(unzip);
  try {
    for await (const chunk of unzip as AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      if (unpacked > harmlessBytes && unpacked > maxRatio * packed) {
        const message = `${source} unpacks to more than ${maxRatio} times its size, which no manifest does.`;
        throw new MusterError("MANIFEST_UNREADABLE", message);
      }
      yield chunk;
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    const message = `${source} is a gzip file that is damaged or cut short.`;
    throw new MusterError("MANIFEST_UNREADABLE", message, { cause: error });
  } finally {
    input.destroy();
    unzip.destroy();
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
