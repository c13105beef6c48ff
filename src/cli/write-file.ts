import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { MusterError } from "../rules/errors.ts";

/**
 * Writes a stream to a file that is not there yet; what is cut short does not stay.
 *
 * @throws MusterError FILE_UNWRITABLE, and what the stream failed with
 */
export async function writeStream(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  { force }: { readonly force: boolean },
): Promise<number> {
  let bytes = 0;
  const counted = async function* () {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  try {
    await pipeline(
      Readable.from(counted()),
      createWriteStream(path, { flags: force ? "w" : "wx" }),
    );
    return bytes;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "EEXIST") await rm(path, { force: true });
    if (!(error instanceof Error && "syscall" in error && "path" in error)) throw error;
    const why = code === "EEXIST" ? "it is there already; --force writes over it" : error.message;
    throw new MusterError("FILE_UNWRITABLE", `${path}: ${why}.`, { cause: error });
  }
}
