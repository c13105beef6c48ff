import type { Chunks } from "../manifest-format.ts";

/** The bytes of one record. */
export interface Frame {
  /** Where it begins, counted from the first byte given. */
  readonly start: number;
  /** Valid until the next frame is asked for. */
  readonly bytes: Buffer;
  /** Why the bytes are not the whole of a record. */
  readonly fault?: Fault;
}

export type Fault = "too-long" | "unclosed" | "stray" | "trailing";

/**
 * Finds the next record of a window.
 *
 * It remembers nothing, and what it finds depends on the bytes from `from` on alone, never on how
 * much of them the window holds.
 *
 * @param atEnd whether nothing comes after the window.
 */
export type Cut = (window: Buffer, from: number, atEnd: boolean) => CutResult;

export type CutResult = Found | More | undefined;

export interface Found {
  readonly start: number;
  readonly end: number;
  /** Where to go on; `skipAll` when nothing after it can be read. */
  readonly next: number;
  readonly fault?: Fault;
  /** Goes on only after this byte or text, wherever it is. */
  readonly resync?: Resync;
}

/** The window is too short to tell; what is before `keep` is needed no more. */
export interface More {
  readonly keep: number;
  /** Nothing that comes can be a record. */
  readonly done?: boolean;
}

/** @returns where to go on, or `keep` as `More` does. */
export type Resync = (window: Buffer, from: number) => { readonly next: number } | More;

export const skipAll = Number.POSITIVE_INFINITY;

const defaultWindowBytes = 64 * 1024;

/**
 * Cuts a stream into records, in memory of one window and one record.
 *
 * @param windowBytes how much is gathered before it is looked into; the records are the same.
 * @returns the frames of a window at a time.
 */
export async function* cutRecords(
  chunks: Chunks,
  cut: Cut,
  windowBytes = defaultWindowBytes,
): AsyncGenerator<readonly Frame[]> {
  const cursor = new Cursor(cut);
  for await (const window of gather(chunks, windowBytes)) {
    // The rest is still taken, as others count its bytes and look into them.
    if (!cursor.stopped) yield cursor.advance(window, false);
  }
  if (!cursor.stopped) yield cursor.advance(Buffer.alloc(0), true);
}

class Cursor {
  readonly #cut: Cut;
  #rest: Buffer = Buffer.alloc(0);
  /** Of `#rest` in the stream. */
  #offset = 0;
  #resync: Resync | undefined;
  stopped = false;

  constructor(cut: Cut) {
    this.#cut = cut;
  }

  advance(more: Buffer, atEnd: boolean): readonly Frame[] {
    const window = this.#rest.length === 0 ? more : Buffer.concat([this.#rest, more]);
    const frames: Frame[] = [];
    let at = 0;
    for (;;) {
      const step = this.#step(window, at, atEnd);
      if (step === undefined) {
        at = window.length;
        break;
      }
      if ("keep" in step) {
        at = Math.min(step.keep, window.length);
        this.stopped ||= step.done ?? false;
        break;
      }
      if ("frame" in step) frames.push(step.frame);
      at = step.next;
      if (at === skipAll) {
        this.stopped = true;
        return frames;
      }
    }
    this.#rest = window.subarray(at);
    this.#offset += at;
    return frames;
  }

  #step(
    window: Buffer,
    at: number,
    atEnd: boolean,
  ):
    | { readonly frame: Frame; readonly next: number }
    | { readonly next: number }
    | More
    | undefined {
    if (this.#resync) {
      const result = this.#resync(window, at);
      if ("next" in result) this.#resync = undefined;
      return result;
    }
    const result = this.#cut(window, at, atEnd);
    if (result === undefined || "keep" in result) return result;
    const { start, end, next, fault, resync } = result;
    this.#resync = resync;
    const bytes = window.subarray(start, end);
    return { frame: { start: this.#offset + start, bytes, ...(fault && { fault }) }, next };
  }
}

/** Joins small chunks and splits none, so that a cut is not tried again for every few bytes. */
async function* gather(chunks: Chunks, least: number): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < least) continue;
    yield Buffer.concat(waiting, length);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(waiting, length);
}
