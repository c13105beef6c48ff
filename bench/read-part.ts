import { createReadStream, type ReadStream, statSync } from "node:fs";

/** A part of a file, or all of it. */
export function readPart(path: string, offset = 0, length = statSync(path).size): ReadStream {
  return createReadStream(path, { start: offset, end: offset + length - 1 });
}
