import { crc32, createInflateRaw, inflateRawSync } from "node:zlib";
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from "yauzl";
import { MusterError } from "../../rules/errors.ts";
import { type ArchiveEntry, archiveDamaged, archiveUnsupported } from "./archive-entry.ts";
import type { ByteSource } from "./byte-source.ts";

/**
 * Lists the files of a ZIP by its directory, which says what is in it; the headers before the files
 * only say where their bytes begin.
 *
 * @param what names the archive in errors.
 * @throws MusterError ARCHIVE_DAMAGED, ARCHIVE_UNSUPPORTED, and what reading the source throws.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function* readZip(source: ByteSource, what: string): AsyncGenerator<ArchiveEntry> {
  const reader = new SourceReader(source);
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (reader.failure !== undefined) throw reader.failure;
      throw archiveDamaged(what, error);
    }
  };
  const options = { autoClose: false, decodeStrings: false };
  const zip = await attempt(() => fromRandomAccessReaderPromise(reader, source.bytes, options));
  try {
    const entries = zip.eachEntry();
    for (;;) {
      const next = await attempt(() => entries.next());
      if (next.done === true) return;
      yield toEntry({ zip, source, what, reader }, next.value);
    }
  } finally {
    zip.close();
  }
}

/** What yauzl reads with; it remembers what went wrong, to be told from damage. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;
  failure: unknown;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytes?: number) => void,
  ): void {
    this.#source.read(position, length).then(
      (read) => {
        if (read.length < length) return callback(new Error("There are not as many bytes."));
        read.copy(buffer, offset);
        callback(null, read.length);
      },
      (error: unknown) => {
        this.failure = error;
        callback(new Error("The source failed.", { cause: error }));
      },
    );
  }
}

interface Opened {
  readonly zip: ZipFile;
  readonly source: ByteSource;
  readonly what: string;
  readonly reader: SourceReader;
}

function toEntry(opened: Opened, entry: Entry): ArchiveEntry {
  const name = toName(entry);
  return {
    name,
    kind: toKind(entry, name),
    bytes: entry.uncompressedSize,
    packedBytes: entry.compressedSize,
    isEncrypted: entry.isEncrypted(),
    read: () => unpack(opened, entry, `${opened.what}: ${name}`),
  };
}

/** UTF-8 where it is marked, or is it; else code page 437, of which only ASCII matters here. */
function toName({ fileNameRaw }: Entry): string {
  const name = fileNameRaw.toString("utf8");
  return (name.includes("\ufffd") ? fileNameRaw.toString("latin1") : name).replaceAll("\\", "/");
}

const typeOfUnix = 0o170000;
const symbolicLink = 0o120000;
const folder = 0o040000;
const unix = 3;

function toKind({ versionMadeBy, externalFileAttributes }: Entry, name: string) {
  if (name.endsWith("/")) return "folder";
  const type = versionMadeBy >> 8 === unix ? (externalFileAttributes >>> 16) & typeOfUnix : 0;
  if (type === folder) return "folder";
  // What was packed from a pipe is a file all the same.
  return type === symbolicLink ? "other" : "file";
}

const stored = 0;
const deflated = 8;
/** So many are inflated at once, which takes a tenth of the time of a stream. */
const smallBytes = 256 * 1024;
const stepBytes = 1024 * 1024;

async function* unpack(opened: Opened, entry: Entry, what: string): AsyncGenerator<Uint8Array> {
  const { compressionMethod, uncompressedSize } = entry;
  if (compressionMethod !== stored && compressionMethod !== deflated) {
    throw archiveUnsupported(what, `is packed by method ${compressionMethod}, not by deflate`);
  }
  let sum = 0;
  let bytes = 0;
  try {
    const packed = readPacked(opened, entry);
    for await (const chunk of compressionMethod === stored ? packed : inflate(packed, entry)) {
      sum = crc32(chunk, sum);
      bytes += chunk.length;
      if (bytes > uncompressedSize) break;
      yield chunk;
    }
  } catch (error) {
    if (opened.reader.failure !== undefined) throw opened.reader.failure;
    if (error instanceof MusterError || !isOfArchive(error)) throw error;
    throw archiveDamaged(what, error);
  }
  if (bytes !== uncompressedSize || sum !== entry.crc32) throw archiveDamaged(what);
}

class Damage extends Error {
  override readonly name = "Damage";
}

function isOfArchive(error: unknown): boolean {
  if (error instanceof Damage) return true;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^(?:Z_|ERR_BUFFER_TOO_LARGE|ERR_OUT_OF_RANGE)/.test(code);
}

async function* readPacked(
  { zip, source }: Opened,
  entry: Entry,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const begin = await zip.readLocalFileHeaderPromise(entry, { minimal: true }).catch((error) => {
    throw new Damage("Its header is damaged.", { cause: error });
  });
  let at = begin.fileDataStart;
  const end = at + entry.compressedSize;
  while (at < end) {
    const chunk = await source.read(at, Math.min(stepBytes, end - at));
    if (chunk.length === 0) throw new Damage("It is cut short.");
    at += chunk.length;
    yield new Uint8Array(chunk);
  }
}

async function* inflate(
  packed: AsyncIterable<Uint8Array>,
  { compressedSize, uncompressedSize }: Entry,
): AsyncGenerator<Uint8Array> {
  if (Math.max(compressedSize, uncompressedSize) <= smallBytes) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of packed) chunks.push(chunk);
    const maxOutputLength = Math.max(uncompressedSize, 1);
    yield inflateRawSync(Buffer.concat(chunks), { maxOutputLength });
    return;
  }
  yield* inflateStream(packed);
}

async function* inflateStream(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflater = createInflateRaw();
  let failure: unknown;
  const feed = async (): Promise<void> => {
    try {
      for await (const chunk of packed) {
        if (inflater.destroyed) return;
        if (inflater.write(chunk)) continue;
        await new Promise<void>((resolve) => {
          inflater.once("drain", resolve).once("close", resolve);
        });
      }
      inflater.end();
    } catch (error) {
      failure = error;
      inflater.destroy();
    }
  };
  const fed = feed();
  try {
    yield* inflater as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw failure ?? error;
  } finally {
    inflater.destroy();
    await fed;
  }
}
