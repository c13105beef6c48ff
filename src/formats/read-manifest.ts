import type { ManifestPart } from "./framing/cut-parts.ts";
import { cutRecords } from "./framing/cut-records.ts";
import { dropFirst } from "./framing/drop-first.ts";
import { unwrap } from "./framing/unwrap.ts";
import type { Chunks, ManifestOptions, ManifestRow } from "./manifest-format.ts";
import { manifestFormats } from "./manifest-formats.ts";
import type { ManifestSurvey } from "./survey-manifest.ts";

/**
 * Reads one part of a manifest, in constant memory. Parts can be read in any order, at once, and again:
 * together they give what the whole gives.
 *
 * @param chunks the bytes of the part, from its offset on and as many as its length.
 * @throws MusterError PRIVATE_KEY_REFUSED, SECRET_REFUSED, MANIFEST_UNREADABLE: the whole manifest is
 * refused.
 */
export async function* readManifestPart(
  chunks: Chunks,
  {
    survey: { format: name, wrapping, skip, context },
    part,
  }: {
    readonly survey: Pick<ManifestSurvey, "format" | "wrapping" | "skip" | "context">;
    readonly part: Pick<ManifestPart, "firstRecord">;
  },
  options: ManifestOptions = {},
): AsyncGenerator<ManifestRow> {
  const format = manifestFormats.find((each) => each.name === name);
  if (format === undefined) throw new TypeError(`There is no format ${name}.`);
  const read = format.createReader(context, options);
  let record = part.firstRecord;
  const bytes =
    wrapping.length > 0 ? dropFirst(unwrap(chunks, wrapping, options.source), skip) : chunks;
  for await (const frames of cutRecords(bytes, format.cut(context))) {
    for (const frame of frames) {
      yield* read(frame, record);
      record += 1;
    }
  }
}
