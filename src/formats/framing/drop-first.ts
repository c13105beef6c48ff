import type { Chunks } from "../manifest-format.ts";

/** Passes on all but the first bytes of a stream. */
export async function* dropFirst(chunks: Chunks, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of chunks) {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    if (skipped < chunk.length) yield chunk.subarray(skipped);
  }
}
