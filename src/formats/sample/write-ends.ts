import { gzipSync } from "node:zlib";
import type { SampleDefect } from "./sample-defects.ts";

const enough = 64 * 1024;
const cutOff = 40;

/** Gathers what a format writes, with the line ends, the mark and the end that the defects ask for. */
export function* writeEnds(
  pieces: Iterable<string | Buffer>,
  defects: ReadonlySet<SampleDefect>,
): Generator<Buffer> {
  const encode = createEncoder(defects);
  let text: Buffer[] = [];
  let length = 0;
  for (const piece of pieces) {
    const bytes = typeof piece === "string" ? Buffer.from(toLineEnds(piece, defects)) : piece;
    text.push(bytes);
    length += bytes.length;
    if (length < enough) continue;
    const [last = bytes, ...earlier] = text.toReversed();
    yield encode(Buffer.concat(earlier.toReversed()));
    text = [last];
    length = last.length;
  }
  const rest = Buffer.concat(text);
  yield encode(defects.has("cut-short") ? rest.subarray(0, -cutOff) : rest);
}

/** Of each chunk after the other: UTF-16 and gzip can be put together from pieces. */
function createEncoder(defects: ReadonlySet<SampleDefect>): (bytes: Buffer) => Buffer {
  let mark = defects.has("utf16") || defects.has("bom") ? "\ufeff" : "";
  return (bytes) => {
    const marked = mark === "" ? bytes : Buffer.concat([Buffer.from(mark), bytes]);
    mark = "";
    const text = defects.has("utf16") ? Buffer.from(marked.toString(), "utf16le") : marked;
    return defects.has("gzip") ? gzipSync(text) : text;
  };
}

function toLineEnds(text: string, defects: ReadonlySet<SampleDefect>): string {
  if (defects.has("cr")) return text.replaceAll(/\r?\n/g, "\r");
  return defects.has("crlf") ? text.replaceAll(/\r?\n/g, "\r\n") : text;
}
