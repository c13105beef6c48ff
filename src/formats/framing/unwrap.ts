import type { Chunks } from "../manifest-format.ts";
import { decodeText, type TextEncoding, toEncoding } from "./decode-text.ts";
import { gunzip } from "./gunzip.ts";

/** What a manifest can be wrapped in, so that only the whole of it can be read. */
export type Wrapping = "gzip" | TextEncoding;

/** @see https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1 */
export function toWrapping(head: Buffer): Wrapping | undefined {
  return head[0] === 0x1f && head[1] === 0x8b ? "gzip" : toEncoding(head);
}

/**
 * Gives what is inside, as UTF-8 where it is text.
 *
 * @param source names the manifest in errors.
 * @throws MusterError MANIFEST_UNREADABLE
 */
export function unwrap(
  chunks: Chunks,
  wrapping: readonly Wrapping[],
  source = "The manifest",
): Chunks {
  return wrapping.reduce(
    (inner: Chunks, each) => (each === "gzip" ? gunzip(inner, source) : decodeText(inner, each)),
    chunks,
  );
}
