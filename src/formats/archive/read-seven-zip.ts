import { crc32 } from "node:zlib";
import { MusterError } from "../../rules/errors.ts";
import { type ArchiveEntry, archiveDamaged, archiveUnsupported } from "./archive-entry.ts";
import { type ArchiveLibrary, discardLibarchive, loadLibarchive } from "./load-libarchive.ts";

const stepBytes = 64 * 1024;
/**
 * Of libarchive, the archive in it included: dictionaries of up to 64 MiB, as the strongest setting of
 * 7-Zip has them.
 */
const maxMemoryBytes = 256 * 1024 * 1024;

/**
 * Lists the files of a 7z, in the order in which they are packed: those that are not read are
 * streamed over inside of libarchive, and nothing of them comes out.
 *
 * @param content the whole archive.
 * @param what names it in errors.
 * @throws MusterError ARCHIVE_DAMAGED, ARCHIVE_UNSUPPORTED, ARCHIVE_ENCRYPTED
 * @see https://github.com/libarchive/libarchive/blob/master/libarchive/archive_read_support_format_7zip.c
 */
export async function* readSevenZip(content: Buffer, what: string): AsyncGenerator<ArchiveEntry> {
  if (!isWhole(content)) throw archiveDamaged(what);
  const library = await loadLibarchive();
  const archive = new SevenZip(library, content, what);
  try {
    for (;;) {
      const entry = archive.next();
      if (entry === undefined) return;
      yield entry;
    }
  } finally {
    archive.free();
  }
}

/** Of the header at the beginning, which says where the one with the names is. */
const startBytes = 32;

/**
 * Whether the names are there: libarchive takes an archive that was cut short for one without files, and
 * what is in it would be lost without a word.
 *
 * @see https://py7zr.readthedocs.io/en/latest/archive_format.html
 */
function isWhole(content: Buffer): boolean {
  if (content.length < startBytes) return false;
  const start = content.subarray(12, startBytes);
  if (crc32(start) !== content.readUInt32LE(8)) return false;
  const from = startBytes + Number(start.readBigUInt64LE(0));
  const end = from + Number(start.readBigUInt64LE(8));
  return end <= content.length && crc32(content.subarray(from, end)) === start.readUInt32LE(16);
}

const regularFile = 0o100000;
const folder = 0o040000;

class SevenZip {
  readonly #library: ArchiveLibrary;
  readonly #what: string;
  readonly #content: number;
  readonly #archive: number;

  constructor(library: ArchiveLibrary, content: Buffer, what: string) {
    this.#library = library;
    this.#what = what;
    const { module } = library as { readonly module: Memory };
    this.#content = module._malloc(content.length);
    module.HEAP8.set(content, this.#content);
    this.#archive = this.#call(what, () => library.read_new_memory(this.#content, content.length));
  }

  next(): ArchiveEntry | undefined {
    const library = this.#library;
    const pointer = this.#call(this.#what, () => library.read_next_entry(this.#archive));
    if (pointer === 0) {
      const problem = library.error_string(this.#archive);
      if (problem) throw this.#toRefusal(this.#what, new Error(problem));
      return undefined;
    }
    // libarchive puts a star for each character beyond ASCII, for want of a locale.
    const name = library.entry_pathname(pointer).replaceAll("\\", "/").replaceAll("*", "\ufffd");
    const type = library.entry_filetype(pointer);
    return {
      name,
      kind: type === regularFile ? "file" : type === folder ? "folder" : "other",
      bytes: Number(library.entry_size(pointer)),
      isEncrypted: library.entry_is_encrypted(pointer) !== 0,
      read: () => this.#read(`${this.#what}: ${name}`),
    };
  }

  async *#read(what: string): AsyncGenerator<Uint8Array> {
    const library = this.#library;
    const { module } = library as { readonly module: Memory };
    const buffer = module._malloc(stepBytes);
    try {
      for (;;) {
        const length = this.#call(what, () => library.read_data(this.#archive, buffer, stepBytes));
        if (length === 0) return;
        // A copy: the memory is written over by the next step, and moves when it grows.
        yield new Uint8Array(module.HEAP8.slice(buffer, buffer + length).buffer);
      }
    } finally {
      module._free(buffer);
    }
  }

  /** Runs a step of libarchive, which throws its own words, or traps where it runs wild. */
  #call<T>(what: string, step: () => T): T {
    let result: T;
    try {
      result = step();
    } catch (error) {
      throw this.#toRefusal(what, error);
    }
    const { module } = this.#library as { readonly module: Memory };
    if (module.HEAP8.length > maxMemoryBytes) {
      discardLibarchive();
      throw archiveUnsupported(what, "needs more memory to unpack than any manifest does");
    }
    return result;
  }

  /** libarchive gives its number for the reason to nobody; its words are those of one pinned version. */
  #toRefusal(what: string, error: unknown): MusterError {
    discardLibarchive();
    const text = error instanceof Error ? error.message : "";
    if (/encrypted/i.test(text)) return encrypted(what, error);
    if (/not supported|unsupported|unknown|codec|allocate/i.test(text)) {
      return archiveUnsupported(what, "is packed in a way that is not supported", error);
    }
    return archiveDamaged(what, error);
  }

  free(): void {
    try {
      this.#library.read_free(this.#archive);
      (this.#library as { readonly module: Memory }).module._free(this.#content);
    } catch {
      // What is damaged may not be closed well; its memory goes with the library.
      discardLibarchive();
    }
  }
}

interface Memory {
  readonly HEAP8: Int8Array;
  readonly _malloc: (bytes: number) => number;
  readonly _free: (pointer: number) => void;
}

function encrypted(what: string, cause: unknown): MusterError {
  return new MusterError("ARCHIVE_ENCRYPTED", `${what} is encrypted.`, { cause });
}
