import { type TextEncoding, toEncoding } from "./decode-text.ts";

export type ArchiveKind = "zip" | "7z";

/** What a manifest can be wrapped in, so that only the whole of it can be read. */
export type Wrapping = "gzip" | TextEncoding | ArchiveKind;

const signatures: readonly (readonly [signature: string, wrapping: Wrapping])[] = [
  // https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1
  ["\x1f\x8b", "gzip"],
  // APPNOTE.TXT §4.3.7, §4.3.16 of one without files, §8.5.4 of one that was to be split.
  ["PK\x03\x04", "zip"],
  ["PK\x05\x06", "zip"],
  ["PK00PK\x03\x04", "zip"],
  ["7z\xbc\xaf\x27\x1c", "7z"],
];

/** Tells by the first bytes. */
export function toWrapping(head: Buffer): Wrapping | undefined {
  const text = head.toString("latin1", 0, 8);
  return signatures.find(([signature]) => text.startsWith(signature))?.[1] ?? toEncoding(head);
}

export function isArchive(wrapping: Wrapping | undefined): wrapping is ArchiveKind {
  return wrapping === "zip" || wrapping === "7z";
}
