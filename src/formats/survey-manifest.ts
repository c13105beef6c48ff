import { MusterError } from "../rules/errors.ts";
import type { ArchiveContents } from "./archive/archive-contents.ts";
import type { ByteRange } from "./archive/byte-source.ts";
import { transcriptFormat } from "./archive/transcript-format.ts";
import { createCaCollection } from "./certificates/ca-collection.ts";
import { privateKeyRefused } from "./certificates/read-certificate.ts";
import { createKeyScan } from "./certificates/scan-for-keys.ts";
import { type DetectedFormat, detectFormat } from "./detect-format.ts";
import { createPartCutter, type ManifestPart, type PartLimits } from "./framing/cut-parts.ts";
import { cutRecords } from "./framing/cut-records.ts";
import { dropFirst } from "./framing/drop-first.ts";
import { isArchive, toWrapping, type Wrapping } from "./framing/to-wrapping.ts";
import { type UnwrapOptions, unwrap } from "./framing/unwrap.ts";
import {
  type Chunks,
  headBytes,
  type ManifestContext,
  type ManifestHead,
  type ManifestOptions,
} from "./manifest-format.ts";

/** Gives the bytes of a manifest, each time from the first on. */
export type OpenManifest = () => Chunks;

/** What is known of a manifest after one look at all of it. JSON, so that it can be handed on. */
export interface ManifestSurvey {
  /** Name of the format. */
  readonly format: string;
  readonly bytes: number;
  readonly records: number;
  /** What the bytes are wrapped in, the outermost first; then there is one part, the whole file. */
  readonly wrapping: readonly Wrapping[];
  /** Bytes before the first record, when nothing wraps them. */
  readonly skip: number;
  readonly context: ManifestContext;
  readonly parts: readonly ManifestPart[];
  /** What the archive holds that the records are from. */
  readonly contents?: ArchiveContents;
}

export interface SurveyOptions
  extends ManifestOptions,
    PartLimits,
    Pick<UnwrapOptions, "ranges" | "limits"> {
  /** Given where the bytes are what `unwrap` gave of an archive with these contents. */
  readonly contents?: ArchiveContents;
  /** Called with the number of bytes looked at. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Tells a manifest's format and cuts it into parts, in one pass and constant memory. Certificates are
 * not read, but for CAs that belong to the whole file.
 *
 * @throws MusterError MANIFEST_UNREADABLE, MANIFEST_WITHOUT_CERTIFICATES, MAPPING_INVALID,
 * SECRET_REFUSED, PRIVATE_KEY_REFUSED, DATA_OBJECT_MISSING, and of archives as `transcribeArchive`:
 * nothing of the manifest is to be taken, or kept.
 */
export async function surveyManifest(
  open: OpenManifest,
  options: SurveyOptions = {},
): Promise<ManifestSurvey> {
  const { source = "The manifest" } = options;
  const { wrapping, head } = await unwrapHead(open, source);
  if (createKeyScan().sees(head.bytes)) throw privateKeyRefused(source);
  let { contents } = options;
  const isTranscript = contents !== undefined || isArchive(wrapping.at(-1));
  const { format, start, mark } = isTranscript ? asTranscript : detectFormat(head, options);
  if (!isTranscript) refuseDataObject(options);
  const skip = mark + start.skip;
  const onContents = (found: ArchiveContents) => {
    contents = found;
  };
  const watched = watch(open(), wrapping, { ...options, source, onContents });
  const cutter = createPartCutter(options, skip);
  const cas = createCaCollection(source);
  const check = format.createCheck?.(start.context, options);
  for await (const frames of cutRecords(
    dropFirst(watched.chunks, skip),
    format.cut(start.context),
  )) {
    for (const frame of frames) {
      cutter.add(frame.start + skip);
      check?.(frame);
      for (const ca of format.findCas?.(frame, source) ?? []) cas.add(ca);
    }
  }
  const { bytes, unwrapped } = watched;
  const parts = cutter.finish(unwrapped());
  const records = cutter.records();
  return {
    format: contents?.vendor ?? format.name,
    bytes: bytes(),
    records,
    skip,
    wrapping,
    context: { ...start.context, ...cas.context() },
    parts: wrapping.length > 0 ? toOnePart(bytes(), records) : parts,
    ...(contents && { contents }),
  };
}

const asTranscript: DetectedFormat = {
  format: transcriptFormat,
  start: { skip: 0, context: {} },
  mark: 0,
};

/** Whoever asks for one expects a bundle: then nothing else is to be registered in its place. */
function refuseDataObject({ source = "The manifest", dataObject }: ManifestOptions): void {
  if (dataObject === undefined) return;
  const message = `${source} is no bundle, so it has no certificates of data object ${dataObject}.`;
  throw new MusterError("DATA_OBJECT_MISSING", message, { details: { dataObjects: [] } });
}

const maxWrappings = 2;

/** Tells what a manifest is wrapped in, layer by layer, and reads how the inside begins. @throws as `unwrap` */
export async function unwrapHead(
  open: OpenManifest,
  source: string,
): Promise<{ readonly wrapping: readonly Wrapping[]; readonly head: ManifestHead }> {
  const wrapping: Wrapping[] = [];
  for (;;) {
    const head = await readHead(unwrap(open(), wrapping, { source }));
    const next = toWrapping(head.bytes);
    if (next === undefined || wrapping.length === maxWrappings) return { wrapping, head };
    wrapping.push(next);
    // What an archive holds is told by its files, one by one.
    if (isArchive(next)) return { wrapping, head: nothing };
  }
}

const nothing: ManifestHead = { bytes: Buffer.alloc(0), text: "", complete: true };

async function readHead(chunks: Chunks): Promise<ManifestHead> {
  const read: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    read.push(chunk);
    length += chunk.length;
    if (length > headBytes) break;
  }
  const bytes = Buffer.concat(read).subarray(0, headBytes);
  return { bytes, text: bytes.toString("latin1"), complete: length <= headBytes };
}

interface Watch extends UnwrapOptions {
  readonly source: string;
  readonly onProgress?: (bytes: number) => void;
}

/** Counts bytes, and looks at all of them for private keys. */
function watch(chunks: Chunks, wrapping: readonly Wrapping[], options: Watch) {
  const { source, onProgress, ranges } = options;
  let bytes = 0;
  let unwrapped = 0;
  const keys = createKeyScan();
  const ranged = ranges && {
    bytes: ranges.bytes,
    read: async (range: ByteRange): Promise<Chunks> => {
      // The directory of a ZIP is read beside its files, and some of it twice.
      bytes = Math.min(bytes + range.length, ranges.bytes);
      onProgress?.(bytes);
      return ranges.read(range);
    },
  };
  async function* count() {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      yield chunk;
      onProgress?.(bytes);
    }
  }
  async function* scan() {
    for await (const chunk of unwrap(count(), wrapping, {
      ...options,
      ...(ranged && { ranges: ranged }),
    })) {
      unwrapped += chunk.length;
      if (keys.sees(chunk)) throw privateKeyRefused(source);
      yield chunk;
    }
  }
  const isRanged = ranges !== undefined && wrapping[0] === "zip";
  return {
    chunks: scan(),
    bytes: () => (isRanged ? ranges.bytes : bytes),
    unwrapped: () => unwrapped,
  };
}

function toOnePart(length: number, records: number): readonly ManifestPart[] {
  return records === 0 ? [] : [{ offset: 0, length, firstRecord: 1, records }];
}
