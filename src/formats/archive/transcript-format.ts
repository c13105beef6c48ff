import { readDeviceId } from "../fields/read-device-id.ts";
import type { Cut } from "../framing/cut-records.ts";
import {
  type ManifestContext,
  type ManifestFormat,
  type ManifestOptions,
  type ManifestRow,
  maxRecordBytes,
  type ReadFrame,
} from "../manifest-format.ts";
import { manifestFormats } from "../manifest-formats.ts";
import { parseTranscriptLine, type RecordLine, toFrames } from "./transcript-line.ts";

/**
 * What an archive is written anew as: its records one per line. Nobody sends it: that a manifest is of
 * this format is known from how it came about, never from its content.
 */
export const transcriptFormat: ManifestFormat = {
  name: "archive",
  title: "files in an archive",
  detect: () => undefined,
  cut: () => cutTranscript,
  findCas: (frame, source) => {
    const line = parseTranscriptLine(frame.bytes);
    if (!("frames" in line)) return [];
    const { findCas } = formatOf(line);
    return toFrames(line).flatMap((each) => findCas?.(each, source) ?? []);
  },
  createReader: (context, options) => {
    const readerOf = createReaders(context, options);
    return (frame, record) => {
      const line = parseTranscriptLine(frame.bytes);
      const { entry } = line;
      if ("problem" in line) return [{ kind: "problem", record, entry, ...line.problem }];
      const read = readerOf(line);
      const rows = toFrames(line).flatMap((each) => read(each, record));
      return nameRows(rows, line);
    };
  },
};

const maxLineBytes = 2 * maxRecordBytes;
const lineFeed = 0x0a;

/** Lines that Muster wrote itself: none is too long, nor blank. */
const cutTranscript: Cut = (window, start, atEnd) => {
  const end = window.indexOf(lineFeed, start);
  if (end >= 0) return { start, end, next: end + 1 };
  if (!atEnd && window.length - start <= maxLineBytes) return { keep: start };
  return undefined;
};

function formatOf({ format: name }: RecordLine): ManifestFormat {
  const format = manifestFormats.find((each) => each.name === name);
  if (format === undefined) throw new TypeError(`There is no format ${name}.`);
  return format;
}

const maxReaders = 100;

/** Readers remember issuers that they know, so files that are alike share one. */
function createReaders({ cas = [] }: ManifestContext, options: ManifestOptions) {
  const readers = new Map<string, ReadFrame>();
  return (line: RecordLine): ReadFrame => {
    const key = JSON.stringify([line.format, line.context]);
    const known = readers.get(key);
    if (known !== undefined) return known;
    if (readers.size >= maxReaders) readers.clear();
    const reader = formatOf(line).createReader({ ...line.context, cas }, options);
    readers.set(key, reader);
    return reader;
  };
}

/** Says of rows where in the archive they are, and gives a device the id that its file is named for. */
function nameRows(rows: readonly ManifestRow[], line: RecordLine): readonly ManifestRow[] {
  const { entry, number } = line;
  const place = { entry, ...(number !== undefined && { entryRecord: number }) };
  const devices = rows.filter(({ kind }) => kind === "record").length;
  return rows.map((row) => {
    if (row.kind === "problem" || row.deviceId !== undefined || devices !== 1) {
      return { ...row, ...place };
    }
    const id = toId(line, row.facts.subjectAttributes["CN"]?.[0]);
    return { ...row, ...place, ...(id !== undefined && { deviceId: id, idSource: "file name" }) };
  });
}

/** A name that cannot be an id is none, and no fault of the certificate. */
function toId({ id }: RecordLine, commonName: string | undefined): string | undefined {
  if (id === undefined) return undefined;
  const read = readDeviceId("file name", id, commonName);
  return "deviceId" in read ? read.deviceId : undefined;
}

/** A vendor's bundle is read as any archive is. */
const infineonFormat: ManifestFormat = {
  ...transcriptFormat,
  name: "infineon",
  title: "Infineon OPTIGA bundle",
};

/** @param name of a format, or of what an archive is written anew as. */
export function findFormat(name: string): ManifestFormat | undefined {
  const all = [...manifestFormats, transcriptFormat, infineonFormat];
  return all.find((each) => each.name === name);
}
