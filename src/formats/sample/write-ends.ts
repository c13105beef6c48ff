import type { SampleDefect } from "./sample-defects.ts";

const enough = 64 * 1024;
const cutOff = 40;

/** Gathers what a format writes, with the line ends, the mark and the end that the defects ask for. */
export function* writeEnds(
  pieces: Iterable<string | Buffer>,
  defects: ReadonlySet<SampleDefect>,
): Generator<Buffer> {
  let text: Buffer[] = defects.has("bom") ? [Buffer.of(0xef, 0xbb, 0xbf)] : [];
  let length = 0;
  for (const piece of pieces) {
    const bytes = typeof piece === "string" ? Buffer.from(toLineEnds(piece, defects)) : piece;
    text.push(bytes);
    length += bytes.length;
    if (length < enough) continue;
    const [last = bytes, ...earlier] = text.toReversed();
    yield Buffer.concat(earlier.toReversed());
    text = [last];
    length = last.length;
  }
  const rest = Buffer.concat(text);
  yield defects.has("cut-short") ? rest.subarray(0, -cutOff) : rest;
}

function toLineEnds(text: string, defects: ReadonlySet<SampleDefect>): string {
  if (defects.has("cr")) return text.replaceAll(/\r?\n/g, "\r");
  return defects.has("crlf") ? text.replaceAll(/\r?\n/g, "\r\n") : text;
}
