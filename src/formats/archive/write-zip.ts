import { crc32, deflateRawSync } from "node:zlib";
import { uint16, uint32, uint64 } from "./little-endian.ts";

export interface ZipFileSpec {
  /** With its folders; a name that ends with a slash is a folder. */
  readonly name: string;
  readonly content: Buffer | string;
  readonly method?: "store" | "deflate";
  /** Sizes and sum follow the content, as programs write that do not know them before. */
  readonly withDescriptor?: boolean;
}

interface Written {
  readonly name: Buffer;
  readonly fields: Buffer;
  readonly offset: number;
}

const methods = { store: 0, deflate: 8 } as const;
const descriptorFlag = 0x08;
const utf8Flag = 0x800;
/** 1 January 2026, so that the same files give the same bytes. */
const dosTime = Buffer.of(0, 0, 0x21, 0x5c);
const version = 45;

/**
 * Writes a ZIP, a file at a time.
 *
 * @param zip64 writes the directory's end as for archives of more than 4 GiB or 65,535 files.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT §4.3
 */
export function* writeZip(
  files: Iterable<ZipFileSpec>,
  { zip64 = false }: { readonly zip64?: boolean } = {},
): Generator<Buffer> {
  const written: Written[] = [];
  let offset = 0;
  for (const file of files) {
    const { bytes, fields, name } = encodeFile(file);
    written.push({ name, fields, offset });
    offset += bytes.length;
    yield bytes;
  }
  yield encodeDirectory(written, offset, zip64);
}

function encodeFile({ name, content, method = "deflate", withDescriptor = false }: ZipFileSpec) {
  const plain = Buffer.from(content);
  const packed = method === "deflate" ? deflateRawSync(plain) : plain;
  const sizes = Buffer.concat([uint32(crc32(plain)), uint32(packed.length), uint32(plain.length)]);
  const flags = utf8Flag | (withDescriptor ? descriptorFlag : 0);
  const common = (told: Buffer) =>
    Buffer.concat([uint16(version), uint16(flags), uint16(methods[method]), dosTime, told]);
  const encoded = Buffer.from(name);
  const header = Buffer.concat([
    uint32(0x04034b50),
    common(withDescriptor ? Buffer.alloc(sizes.length) : sizes),
    uint16(encoded.length),
    uint16(0),
    encoded,
  ]);
  const descriptor = withDescriptor ? [uint32(0x08074b50), sizes] : [];
  const bytes = Buffer.concat([header, packed, ...descriptor]);
  return { bytes, fields: common(sizes), name: encoded };
}

function encodeDirectory(files: readonly Written[], start: number, zip64: boolean): Buffer {
  const entries = files.map(({ name, fields, offset }) =>
    Buffer.concat([
      uint32(0x02014b50),
      uint16(version),
      fields,
      uint16(name.length),
      // No extra field, comment, other disk or attributes.
      Buffer.alloc(12),
      uint32(offset),
      name,
    ]),
  );
  const directory = Buffer.concat(entries);
  const long = zip64 ? encodeLongEnd(files.length, directory.length, start) : Buffer.alloc(0);
  const count = uint16(zip64 ? 0xffff : files.length);
  return Buffer.concat([
    directory,
    long,
    uint32(0x06054b50),
    Buffer.alloc(4),
    count,
    count,
    uint32(zip64 ? 0xffffffff : directory.length),
    uint32(zip64 ? 0xffffffff : start),
    uint16(0),
  ]);
}

function encodeLongEnd(count: number, length: number, start: number): Buffer {
  const end = Buffer.concat([
    uint32(0x06064b50),
    uint64(44),
    uint16(version),
    uint16(version),
    Buffer.alloc(8),
    uint64(count),
    uint64(count),
    uint64(length),
    uint64(start),
  ]);
  const locator = Buffer.concat([uint32(0x07064b50), uint32(0), uint64(start + length), uint32(1)]);
  return Buffer.concat([end, locator]);
}
