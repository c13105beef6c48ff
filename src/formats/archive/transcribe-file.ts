import { MusterError } from "../../rules/errors.ts";
import { privateKeyRefused, refuseKey } from "../certificates/read-certificate.ts";
import { createKeyScan } from "../certificates/scan-for-keys.ts";
import { type DetectedFormat, detectFormat } from "../detect-format.ts";
import { cutRecords, type Frame } from "../framing/cut-records.ts";
import { dropFirst } from "../framing/drop-first.ts";
import type { Chunks, ManifestHead, ManifestOptions } from "../manifest-format.ts";
import type { Peeked } from "./peek.ts";
import { type TranscriptLine, toTranscriptFrame } from "./transcript-line.ts";

export interface TranscribedFile {
  /** As shown: with the folders and archives that it is in. */
  readonly entry: string;
  /** What it may be named for. */
  readonly id: string | undefined;
  /** Names it in errors. */
  readonly source: string;
}

/** @throws MusterError PRIVATE_KEY_REFUSED for a file that begins as one, or with one. */
export function refuseKeys({ head }: Pick<Peeked, "head">, source: string): void {
  if (createKeyScan().sees(head.bytes)) throw privateKeyRefused(source);
  refuseKey(head.bytes, source);
}

/** Tells a file's format. @returns or why it has none, where that is no reason to refuse the archive. */
export function detectFile(
  { head }: Pick<Peeked, "head">,
  options: ManifestOptions & { readonly source: string },
): DetectedFormat | MusterError {
  const { source } = options;
  refuseKeys({ head }, source);
  try {
    return detectFormat(head, options);
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    if (ofOneFile.has(error.code)) return error;
    const plain = error.code === "MAPPING_INVALID" ? withoutColumns(head, options) : undefined;
    if (plain === undefined) throw error;
    return plain;
  }
}

/** A mapping is for the tables: beside them lie files that have no columns, which are read without. */
function withoutColumns(
  head: ManifestHead,
  { source, ...others }: ManifestOptions & { readonly source: string },
): DetectedFormat | undefined {
  const { mapping, ...unmapped } = others;
  if (mapping === undefined) return undefined;
  try {
    const detected = detectFormat(head, { ...unmapped, source });
    return (detected.format.maps ?? []).length > 0 ? undefined : detected;
  } catch (error) {
    if (error instanceof MusterError) return undefined;
    throw error;
  }
}

const ofOneFile: ReadonlySet<string> = new Set([
  "MANIFEST_UNREADABLE",
  "MANIFEST_WITHOUT_CERTIFICATES",
]);

/** A certificate and its chain; what has more is a list. */
const maxOfOneFile = 8;

/**
 * Gives the lines of one file. A small file of certificates is one line; else each record is.
 *
 * @throws MusterError PRIVATE_KEY_REFUSED, SECRET_REFUSED before anything of it is given.
 */
export async function* transcribeFile(
  file: TranscribedFile,
  { head, chunks }: Peeked,
  { detected, options }: { readonly detected: DetectedFormat; readonly options: ManifestOptions },
): AsyncGenerator<TranscriptLine> {
  const { entry, id, source } = file;
  const { format, start, mark } = detected;
  const { context } = start;
  const named = {
    entry,
    format: format.name,
    ...(Object.keys(context).length > 0 && { context }),
  };
  const check = format.createCheck?.(context, { ...options, source });
  const bytes = dropFirst(scan(chunks, source), mark + start.skip);
  let few: Frame[] = [];
  let number = 0;
  let isOne = format.findCas !== undefined && head.complete;
  const toLines = (frames: readonly Frame[]): readonly TranscriptLine[] =>
    frames.map((frame): TranscriptLine => {
      number += 1;
      return { ...named, number, frames: [toTranscriptFrame(frame)] };
    });
  for await (const frames of cutRecords(bytes, format.cut(context))) {
    for (const frame of frames) {
      check?.(frame);
      format.findCas?.(frame, source);
    }
    if (isOne) few.push(...frames);
    else yield* toLines(frames);
    if (few.length <= maxOfOneFile) continue;
    isOne = false;
    yield* toLines(few);
    few = [];
  }
  if (few.length > 0) {
    yield { ...named, ...(id !== undefined && { id }), frames: few.map(toTranscriptFrame) };
  }
}

/** Passes bytes on that hold no private key in text. @throws MusterError PRIVATE_KEY_REFUSED */
export async function* scan(chunks: Chunks, source: string): AsyncGenerator<Uint8Array> {
  const keys = createKeyScan();
  for await (const chunk of chunks) {
    if (keys.sees(chunk)) throw privateKeyRefused(source);
    yield chunk;
  }
}
