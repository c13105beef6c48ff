import type { Chunks } from "../manifest-format.ts";

/** What Windows editors write beside UTF-8. */
export type TextEncoding = "utf-16le" | "utf-16be";

/**
 * Tells by the byte order mark, or without one by every second byte of the beginning being 0, as it is
 * in every manifest: they begin with ASCII.
 */
export function toEncoding(head: Buffer): TextEncoding | undefined {
  const mark = head.toString("latin1", 0, 4);
  if (mark === "\xff\xfe\0\0") return undefined; // UTF-32.
  if (mark.startsWith("\xff\xfe")) return "utf-16le";
  if (mark.startsWith("\xfe\xff")) return "utf-16be";
  const start = head.toString("latin1", 0, withoutMark);
  if (/^(?:[\t\n\r -~]\0){16}/.test(start)) return "utf-16le";
  return /^(?:\0[\t\n\r -~]){16}/.test(start) ? "utf-16be" : undefined;
}

const withoutMark = 32;

/** Turns text into UTF-8, without its byte order mark. */
export async function* decodeText(
  chunks: Chunks,
  encoding: TextEncoding,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}
