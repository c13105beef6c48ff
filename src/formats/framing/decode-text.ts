import type { Chunks } from "../manifest-format.ts";

/** What Windows editors write beside UTF-8. */
export type TextEncoding = "utf-16le" | "utf-16be";

/** Tells by the byte order mark. */
export function toEncoding(head: Buffer): TextEncoding | undefined {
  const mark = head.toString("latin1", 0, 2);
  if (mark === "\xff\xfe") return "utf-16le";
  return mark === "\xfe\xff" ? "utf-16be" : undefined;
}

/** Turns text into UTF-8, without its byte order mark. */
export async function* decodeText(
  chunks: Chunks,
  encoding: TextEncoding,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}
