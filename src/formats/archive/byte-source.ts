import { MusterError } from "../../rules/errors.ts";
import type { Chunks } from "../manifest-format.ts";
import { toText } from "./archive-limits.ts";

/** Bytes that can be read in any order, as a ZIP has to be: what is in it is told at its end. */
export interface ByteSource {
  readonly bytes: number;
  /** @returns as many bytes as there are of those asked for. */
  readonly read: (offset: number, length: number) => Promise<Buffer>;
}

/** How an object or a file gives a part of itself. */
export interface RangeSource {
  readonly bytes: number;
  readonly read: (range: ByteRange) => Promise<Chunks>;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

const windowBytes = 4 * 1024 * 1024;
/** One goes through the files, one through the directory of them. */
const windows = 3;

interface Window {
  readonly offset: number;
  readonly content: Buffer;
}

/** Reads ahead, so that thousands of small files are not as many requests, in memory of 12 MiB. */
export function createByteSource({ bytes, read }: RangeSource): ByteSource {
  const held: Window[] = [];

  async function load(offset: number, length: number): Promise<Window> {
    const wanted = Math.min(Math.max(length, windowBytes), bytes - offset);
    const chunks: Uint8Array[] = [];
    for await (const chunk of await read({ offset, length: wanted })) chunks.push(chunk);
    const window = { offset, content: Buffer.concat(chunks) };
    held.unshift(window);
    held.splice(windows);
    return window;
  }

  return {
    bytes,
    read: async (offset, length) => {
      const end = Math.min(offset + length, bytes);
      if (offset >= end) return Buffer.alloc(0);
      const window =
        held.find((each) => each.offset <= offset && each.offset + each.content.length >= end) ??
        (await load(offset, end - offset));
      return window.content.subarray(offset - window.offset, end - window.offset);
    },
  };
}

export function toByteSource(content: Buffer): ByteSource {
  return {
    bytes: content.length,
    read: async (offset, length) => content.subarray(offset, offset + length),
  };
}

/**
 * Takes all of a stream into memory.
 *
 * @param what names it in errors.
 * @throws MusterError ARCHIVE_TOO_LARGE above so many bytes.
 */
export async function hold(chunks: Chunks, what: string, maxBytes: number): Promise<Buffer> {
  const held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) {
      const message = `${what} has more than ${toText(maxBytes)}; a 7z, and an archive in another one, is unpacked in memory.`;
      throw new MusterError("ARCHIVE_TOO_LARGE", message);
    }
    held.push(chunk);
  }
  return Buffer.concat(held, length);
}
