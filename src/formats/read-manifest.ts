import { findFormat } from "./archive/transcript-format.ts";
import type { ManifestPart } from "./framing/cut-parts.ts";
import { cutRecords } from "./framing/cut-records.ts";
import { dropFirst } from "./framing/drop-first.ts";
import { type UnwrapOptions, unwrap } from "./framing/unwrap.ts";
import type { Chunks, ManifestOptions, ManifestRow } from "./manifest-format.ts";
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
  options: ManifestOptions & Pick<UnwrapOptions, "ranges" | "limits"> = {},
): AsyncGenerator<ManifestRow> {
  const format = findFormat(name);
  if (format === undefined) throw new TypeError(`There is no format ${name}.`);
  const read = format.createReader(context, options);
  let record = part.firstRecord;
  const bytes = wrapping.length > 0 ? dropFirst(unwrap(chunks, wrapping, options), skip) : chunks;
  for await (const frames of cutRecords(bytes, format.cut(context))) {
    for (const frame of frames) {
      // Not `yield*`, which waits for each row twice.
      for (const row of read(frame, record)) yield row;
      record += 1;
    }
  }
}
