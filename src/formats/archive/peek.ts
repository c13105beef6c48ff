import { type Chunks, headBytes, type ManifestHead } from "../manifest-format.ts";

export interface Peeked {
  readonly head: ManifestHead;
  /** All of the stream, the head included; to be read once. */
  readonly chunks: AsyncGenerator<Uint8Array>;
}

/** Reads how a stream begins, and keeps it for whoever reads the whole. */
export async function peek(stream: Chunks): Promise<Peeked> {
  const iterator = toAsync(stream);
  const read: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (!ended && length <= headBytes) {
    const next = await iterator.next();
    if (next.done === true) {
      ended = true;
    } else {
      read.push(next.value);
      length += next.value.length;
    }
  }
  const bytes = Buffer.concat(read).subarray(0, headBytes);
  const head = { bytes, text: bytes.toString("latin1"), complete: length <= headBytes };
  return { head, chunks: replay(read, iterator) };
}

async function* replay(
  read: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* read;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

async function* toAsync(chunks: Chunks): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
