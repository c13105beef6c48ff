import { MusterError } from "../../rules/errors.ts";

/** How much of an archive is unpacked before it is refused. */
export interface ArchiveLimits {
  /** Files in all archives together. */
  readonly entries: number;
  /** Unpacked, of one file. */
  readonly entryBytes: number;
  /** Unpacked, of all files together. */
  readonly unpackedBytes: number;
  /** Unpacked bytes for each packed one; certificates hardly pack at all, lists of them to a third. */
  readonly ratio: number;
  /** Archives within one another, the outermost counted. */
  readonly depth: number;
  /** An archive that has to be in memory to be read: a 7z, or one inside of another. */
  readonly heldBytes: number;
}

const mebibyte = 1024 * 1024;

export const archiveLimits: ArchiveLimits = {
  entries: 1_000_000,
  entryBytes: 1024 * mebibyte,
  unpackedBytes: 4096 * mebibyte,
  ratio: 100,
  depth: 2,
  heldBytes: 64 * mebibyte,
};

/** Below that no ratio is a concern. */
const harmlessBytes = mebibyte;

/**
 * Counts what comes out of an archive.
 *
 * @param source names the archive in errors.
 * @param packedBytes of the outermost archive.
 */
export function createMeter(source: string, packedBytes: number, limits: ArchiveLimits) {
  let entries = 0;
  let unpacked = 0;
  let announced = 0;

  /** @throws MusterError ARCHIVE_ENTRY_TOO_LARGE, ARCHIVE_TOO_LARGE, ARCHIVE_BOMB */
  function check(name: string, bytes: number, packed: number | undefined): void {
    const all = Math.max(announced, unpacked);
    if (bytes > limits.entryBytes) {
      const message = `${source}: ${name} unpacks to more than ${toText(limits.entryBytes)}.`;
      throw new MusterError("ARCHIVE_ENTRY_TOO_LARGE", message);
    }
    if (all > limits.unpackedBytes) {
      const message = `${source} unpacks to more than ${toText(limits.unpackedBytes)}.`;
      throw new MusterError("ARCHIVE_TOO_LARGE", message);
    }
    if (isBomb(bytes, packed) || isBomb(all, packedBytes)) {
      const message = `${source}: ${name} unpacks to more than ${limits.ratio} times its size, which no manifest does.`;
      throw new MusterError("ARCHIVE_BOMB", message);
    }
  }

  function isBomb(bytes: number, packed: number | undefined): boolean {
    return packed !== undefined && bytes > harmlessBytes && bytes > limits.ratio * packed;
  }

  return {
    /**
     * Counts a file by what its archive says of it, before anything is unpacked: also one that is not
     * read, as it takes as long to stream over it.
     *
     * @throws MusterError ARCHIVE_TOO_MANY_ENTRIES, and as `unpack` does.
     */
    announce: (name: string, bytes: number, packed: number | undefined): void => {
      entries += 1;
      announced += bytes;
      if (entries > limits.entries) {
        const message = `${source} has more than ${limits.entries.toLocaleString("en")} files.`;
        throw new MusterError("ARCHIVE_TOO_MANY_ENTRIES", message);
      }
      check(name, bytes, packed);
    },
    /** Counts bytes that came out of a file, whatever its archive says. */
    unpack: async function* (
      name: string,
      packed: number | undefined,
      chunks: AsyncIterable<Uint8Array>,
    ): AsyncGenerator<Uint8Array> {
      let bytes = 0;
      for await (const chunk of chunks) {
        bytes += chunk.length;
        unpacked += chunk.length;
        check(name, bytes, packed);
        yield chunk;
      }
    },
    /** @throws MusterError ARCHIVE_TOO_DEEP */
    descend: (name: string, depth: number): void => {
      if (depth <= limits.depth) return;
      const message = `${source}: ${name} is an archive in an archive in an archive.`;
      throw new MusterError("ARCHIVE_TOO_DEEP", message);
    },
  };
}

export type Meter = ReturnType<typeof createMeter>;

export function toText(bytes: number): string {
  return bytes >= 1024 * mebibyte
    ? `${bytes / (1024 * mebibyte)} GiB`
    : `${Math.floor(bytes / mebibyte)} MiB`;
}
