import { inflateRawSync } from "node:zlib";

const entrySignature = 0x02014b50;
const endSignature = 0x06054b50;
const stored = 0;

/**
 * Reads a zip's files by its central directory.
 *
 * @returns contents by name, in the order of the names.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3
 */
export function readZip(zip: Buffer): ReadonlyMap<string, Buffer> {
  const end = zip.lastIndexOf(Buffer.from("PK\u0005\u0006"));
  if (end < 0 || zip.readUInt32LE(end) !== endSignature) throw new Error("It is no zip.");
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== entrySignature) throw new Error("Its directory is damaged.");
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    if (!name.endsWith("/")) files.set(name, readEntry(zip, at));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return new Map([...files].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function readEntry(zip: Buffer, at: number): Buffer {
  const local = zip.readUInt32LE(at + 42);
  const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(from, from + zip.readUInt32LE(at + 20));
  return zip.readUInt16LE(at + 10) === stored ? packed : inflateRawSync(packed);
}
