import { MusterError } from "../rules/errors.ts";
import type {
  ManifestFormat,
  ManifestHead,
  ManifestOptions,
  ManifestStart,
} from "./manifest-format.ts";
import { manifestFormats } from "./manifest-formats.ts";

export interface DetectedFormat {
  readonly format: ManifestFormat;
  readonly start: ManifestStart;
  /** Bytes of a byte order mark. */
  readonly mark: number;
}

/**
 * Tells a format by what is in the first bytes.
 *
 * @throws MusterError MANIFEST_UNREADABLE when it is none, and what the format that it is throws.
 */
export function detectFormat(given: ManifestHead, options: ManifestOptions): DetectedFormat {
  const { source = "The manifest" } = options;
  const mark = given.text.startsWith("\xef\xbb\xbf") ? 3 : 0;
  const head = { ...given, bytes: given.bytes.subarray(mark), text: given.text.slice(mark) };
  for (const format of manifestFormats) {
    const start = format.detect(head, options);
    if (start) return { format, start, mark };
  }
  const message =
    given.bytes.length === 0 ? "is empty" : "holds no certificates in a format that Muster knows";
  throw new MusterError("MANIFEST_UNREADABLE", `${source} ${message}.`);
}
