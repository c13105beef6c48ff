import { MusterError } from "../rules/errors.ts";
import { explainUnknown, refuseOtherFile } from "./framing/other-files.ts";
import {
  type ColumnMapping,
  isMapping,
  type ManifestFormat,
  type ManifestHead,
  type ManifestOptions,
  type ManifestStart,
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
 * @throws MusterError MANIFEST_UNREADABLE when it is none, MANIFEST_WITHOUT_CERTIFICATES,
 *   PRIVATE_KEY_REFUSED, MAPPING_INVALID when a mapping says nothing
 *   to it, and what the format that it is throws.
 */
export function detectFormat(given: ManifestHead, options: ManifestOptions): DetectedFormat {
  const { source = "The manifest" } = options;
  const mark = given.text.startsWith("\xef\xbb\xbf") ? 3 : 0;
  const head = { ...given, bytes: given.bytes.subarray(mark), text: given.text.slice(mark) };
  refuseOtherFile(head, source);
  for (const format of manifestFormats) {
    const start = format.detect(head, options);
    if (start === undefined) continue;
    checkMapping(format, options);
    return { format, start, mark };
  }
  throw explainUnknown(head, source);
}

/** What is told and would be passed over is said, so that nobody takes it for done. */
function checkMapping(
  { title, maps = [] }: ManifestFormat,
  { source = "The manifest", mapping }: ManifestOptions,
): void {
  if (!isMapping(mapping)) return;
  const told = Object.keys(mapping) as (keyof ColumnMapping)[];
  const vain = told.filter((field) => mapping[field] !== undefined && !maps.includes(field));
  if (vain.length === 0) return;
  const what =
    maps.length === 0
      ? "which has no columns to map"
      : `where a mapping only says ${maps.join(", ")}`;
  throw new MusterError(
    "MAPPING_INVALID",
    `${source} is of the format "${title}", ${what}. Leave out the mapping of: ${vain.join(", ")}.`,
    { details: { fields: vain } },
  );
}
