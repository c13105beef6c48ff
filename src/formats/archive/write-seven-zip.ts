import { crc32 } from "node:zlib";
import { uint32, uint64 } from "./little-endian.ts";

export interface SevenZipFile {
  readonly name: string;
  readonly content: Buffer | string;
}

/**
 * How the files are packed: `lzma2` in chunks that are not compressed; with `bcj` through the filter for
 * x86 programs as well, which leaves text as it is, and nothing else is written so; `encrypted` as with a
 * password, so that nobody can read it.
 */
export type SevenZipMethod = "lzma2" | "lzma2-bcj" | "copy" | "encrypted";

const signature = Buffer.from("377abcaf271c0004", "hex");
const dictionaryOf16MiB = 0x18;

/** As one block each; attributes of a coder: the length of its id, and whether properties follow. */
const coders: Readonly<Record<SevenZipMethod, readonly Buffer[]>> = {
  copy: [Buffer.of(0x01, 0x00)],
  lzma2: [Buffer.of(0x21, 0x21, 1, dictionaryOf16MiB)],
  "lzma2-bcj": [
    Buffer.of(0x21, 0x21, 1, dictionaryOf16MiB),
    Buffer.of(0x04, 0x03, 0x03, 0x01, 0x03),
  ],
  // 2^19 rounds of SHA-256 for the key, no salt.
  encrypted: [Buffer.of(0x24, 0x06, 0xf1, 0x07, 0x01, 1, 0x13)],
};

/**
 * Writes a 7z whose files are packed together, as vendors do; small files, as it is all in memory. There is
 * no library that does: those that can are not of a licence to be used here.
 *
 * @param method by default as vendors pack it, through the filter, where that leaves the files as they are.
 * @throws RangeError for `lzma2-bcj` of files that the filter would change.
 * @see https://py7zr.readthedocs.io/en/latest/archive_format.html
 */
export function writeSevenZip(files: readonly SevenZipFile[], given?: SevenZipMethod): Buffer {
  const contents = files.map(({ content }) => Buffer.from(content));
  const plain = Buffer.concat(contents);
  const mayBeFiltered = !mayCall(plain);
  const method = given ?? (mayBeFiltered ? "lzma2-bcj" : "lzma2");
  if (method === "lzma2-bcj" && !mayBeFiltered) {
    throw new RangeError("The filter for programs would change these files.");
  }
  const packed = method.startsWith("lzma2") ? toLzma2(plain) : plain;
  const header = Buffer.concat([
    Buffer.of(0x01, 0x04),
    Buffer.concat([Buffer.of(0x06), number(0), number(1), Buffer.of(0x09), number(packed.length)]),
    Buffer.of(0x00, 0x07, 0x0b, 0x01, 0x00),
    encodeFolder(method),
    Buffer.of(0x0c),
    ...coders[method].map(() => number(plain.length)),
    Buffer.of(0x00),
    encodeSubStreams(contents),
    Buffer.of(0x00),
    encodeNames(files),
    Buffer.of(0x00),
  ]);
  const start = Buffer.concat([
    uint64(packed.length),
    uint64(header.length),
    uint32(crc32(header)),
  ]);
  return Buffer.concat([signature, uint32(crc32(start)), start, packed, header]);
}

function encodeFolder(method: SevenZipMethod): Buffer {
  const [first, second] = coders[method];
  const all = Buffer.concat([number(coders[method].length), ...coders[method]]);
  // What the second takes in is what the first gives.
  return first && second ? Buffer.concat([all, number(1), number(0)]) : all;
}

function encodeSubStreams(contents: readonly Buffer[]): Buffer {
  const sizes = contents.slice(0, -1).map(({ length }) => number(length));
  return Buffer.concat([
    Buffer.of(0x08, 0x0d),
    number(contents.length),
    ...(sizes.length > 0 ? [Buffer.of(0x09), ...sizes] : []),
    Buffer.of(0x0a, 0x01),
    ...contents.map((content) => uint32(crc32(content))),
    Buffer.of(0x00),
  ]);
}

function encodeNames(files: readonly SevenZipFile[]): Buffer {
  const names = Buffer.from(files.map(({ name }) => `${name}\0`).join(""), "utf16le");
  return Buffer.concat([
    Buffer.of(0x05),
    number(files.length),
    Buffer.of(0x11),
    number(names.length + 1),
    Buffer.of(0x00),
    names,
    Buffer.of(0x00),
  ]);
}

/** The filter rewrites what follows a CALL or JMP of x86: as text has neither, it is not to be written. */
function mayCall(plain: Buffer): boolean {
  return plain.includes(0xe8) || plain.includes(0xe9);
}

const chunkBytes = 64 * 1024;

/** Chunks that are not compressed; the first begins a new dictionary. */
function toLzma2(plain: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < plain.length; at += chunkBytes) {
    const chunk = plain.subarray(at, at + chunkBytes);
    const head = Buffer.of(at === 0 ? 0x01 : 0x02, 0, 0);
    head.writeUInt16BE(chunk.length - 1, 1);
    chunks.push(head, chunk);
  }
  return Buffer.concat([...chunks, Buffer.of(0x00)]);
}

/** As 7z writes numbers: the first byte says how many follow, and holds what is left of the highest. */
function number(value: number): Buffer {
  for (let more = 0; more < 8; more += 1) {
    if (value < 2 ** (7 * (more + 1))) {
      const high = Math.floor(value / 2 ** (8 * more));
      const bytes = Buffer.alloc(more + 1);
      bytes[0] = ((0xff00 >> more) & 0xff) | high;
      for (let at = 0; at < more; at += 1) bytes[at + 1] = Math.floor(value / 2 ** (8 * at)) & 0xff;
      return bytes;
    }
  }
  throw new RangeError("A number is too large for a 7z.");
}
