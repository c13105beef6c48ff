import type { ArchiveContents } from "../archive/archive-contents.ts";
import { type ArchiveLimits, archiveLimits } from "../archive/archive-limits.ts";
import {
  type ByteSource,
  createByteSource,
  hold,
  type RangeSource,
  toByteSource,
} from "../archive/byte-source.ts";
import { transcribeArchive } from "../archive/transcribe-archive.ts";
import type { Chunks, ManifestOptions } from "../manifest-format.ts";
import { decodeText } from "./decode-text.ts";
import { gunzip } from "./gunzip.ts";
import { type ArchiveKind, isArchive, type Wrapping } from "./to-wrapping.ts";

export interface UnwrapOptions extends ManifestOptions {
  /** Reads any part of the same bytes; without it a ZIP is held in memory. */
  readonly ranges?: RangeSource;
  readonly limits?: ArchiveLimits;
  /** Called at the end of an archive. */
  readonly onContents?: (contents: ArchiveContents) => void;
}

/**
 * Gives what is inside, as UTF-8 where it is text. An archive gives the records of all its files, as
 * `transcriptFormat` reads them.
 *
 * @throws MusterError MANIFEST_UNREADABLE, and of archives as `transcribeArchive`
 */
export function unwrap(
  chunks: Chunks,
  wrapping: readonly Wrapping[],
  options: UnwrapOptions = {},
): Chunks {
  const { source = "The manifest" } = options;
  return wrapping.reduce((inner: Chunks, each, layer) => {
    if (each === "gzip") return gunzip(inner, source);
    if (!isArchive(each)) return decodeText(inner, each);
    return openArchive(inner, each, layer === 0 ? options : without(options));
  }, chunks);
}

/** The ranges are of what is wrapped, not of what is inside. */
function without(options: UnwrapOptions): UnwrapOptions {
  const { ranges: _, ...others } = options;
  return others;
}

async function* openArchive(
  chunks: Chunks,
  kind: ArchiveKind,
  { ranges, limits = archiveLimits, onContents = () => {}, ...options }: UnwrapOptions,
): AsyncGenerator<Uint8Array> {
  const { source = "The manifest" } = options;
  const held = async (): Promise<ByteSource> =>
    toByteSource(await hold(chunks, source, limits.heldBytes));
  const bytes = kind === "zip" && ranges ? createByteSource(ranges) : await held();
  yield* transcribeArchive({ kind, bytes, source, options, limits, onContents });
}
