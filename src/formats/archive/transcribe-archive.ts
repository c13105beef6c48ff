import { MusterError } from "../../rules/errors.ts";
import { decodeText } from "../framing/decode-text.ts";
import { gunzip } from "../framing/gunzip.ts";
import { type ArchiveKind, isArchive, toWrapping } from "../framing/to-wrapping.ts";
import type { ManifestOptions } from "../manifest-format.ts";
import {
  type ArchiveContents,
  type ContentsCollector,
  createContents,
  type IgnoredReason,
} from "./archive-contents.ts";
import type { ArchiveEntry } from "./archive-entry.ts";
import { type ArchiveLimits, createMeter, type Meter } from "./archive-limits.ts";
import { type ByteSource, hold, toByteSource } from "./byte-source.ts";
import {
  checkDataObject,
  createMappingCheck,
  type MappingCheck,
  refuseSpreadsheet,
  toNothing,
} from "./check-archive.ts";
import {
  isDocument,
  isOfSystem,
  leadsOut,
  toFileName,
  toShownName,
  toStem,
} from "./entry-names.ts";
import { defaultDataObject, readInfineonName } from "./infineon-names.ts";
import { type Peeked, peek } from "./peek.ts";
import { readSevenZip } from "./read-seven-zip.ts";
import { readZip } from "./read-zip.ts";
import { detectFile, refuseKeys, scan, transcribeFile } from "./transcribe-file.ts";
import type { TranscriptLine } from "./transcript-line.ts";

export interface ArchiveReading {
  readonly kind: ArchiveKind;
  readonly bytes: ByteSource;
  /** Names the archive in errors. */
  readonly source: string;
  readonly options: ManifestOptions;
  readonly limits: ArchiveLimits;
  /** Called at the end with what was found. */
  readonly onContents: (contents: ArchiveContents) => void;
}

/**
 * Reads an archive once, and gives the records of all files in it as lines of NDJSON, in memory of one
 * file's record and of the archives that have to be held.
 *
 * @throws MusterError ARCHIVE_* for what is wrong with the archive, DATA_OBJECT_MISSING,
 * MANIFEST_UNREADABLE when no file in it is of use, PRIVATE_KEY_REFUSED, SECRET_REFUSED
 */
export async function* transcribeArchive(reading: ArchiveReading): AsyncGenerator<Uint8Array> {
  const { source, options, limits, onContents } = reading;
  const { dataObject = defaultDataObject } = options;
  const contents = createContents(dataObject);
  const walk: Walk = {
    source,
    options,
    limits,
    dataObject,
    contents,
    meter: createMeter(source, reading.bytes.bytes, limits),
    failures: [],
    mapping: createMappingCheck(source, options),
  };
  let lines: string[] = [];
  let length = 0;
  let records = 0;
  for await (const line of walkArchive(walk, { ...reading, folder: "", depth: 1 })) {
    if ("frames" in line) records += 1;
    const text = `${JSON.stringify(line)}\n`;
    lines.push(text);
    length += text.length;
    if (length < enough) continue;
    yield Buffer.from(lines.join(""));
    lines = [];
    length = 0;
  }
  const read = { source, options, contents: contents.result() };
  checkDataObject(read);
  if (records === 0) throw walk.failures[0] ?? toNothing(read);
  walk.mapping.end();
  if (length > 0) yield Buffer.from(lines.join(""));
  onContents(read.contents);
}

const enough = 64 * 1024;

interface Walk extends Pick<ArchiveReading, "source" | "options" | "limits"> {
  readonly dataObject: string;
  readonly contents: ContentsCollector;
  readonly meter: Meter;
  /** Why the first file could not be read. */
  readonly failures: MusterError[];
  readonly mapping: MappingCheck;
}

interface Place extends Pick<ArchiveReading, "kind" | "bytes"> {
  /** Before the names in it. */
  readonly folder: string;
  readonly depth: number;
  /** Its files are counted by their names, as ignored for this reason, and not read. */
  readonly ignoredAs?: IgnoredReason;
}

async function* walkArchive(walk: Walk, place: Place): AsyncGenerator<TranscriptLine> {
  const { contents, meter, source } = walk;
  const { kind, bytes, folder, depth } = place;
  const what = folder === "" ? source : `${source}: ${folder.slice(0, -1)}`;
  const entries =
    kind === "zip" ? readZip(bytes, what) : readSevenZip(await bytes.read(0, bytes.bytes), what);
  for await (const entry of entries) {
    if (entry.kind === "folder") continue;
    const shown = toShownName(folder + entry.name);
    contents.addEntry();
    meter.announce(shown, entry.bytes, entry.packedBytes);
    refuseSpreadsheet(entry, source);
    const reading = { entry, shown, depth };
    const reason = toIgnored(walk, entry) ?? place.ignoredAs;
    if (reason === undefined) yield* readEntry(walk, reading);
    else if (isCountedArchive(entry, reason)) await countArchive(walk, reading, reason);
    else await ignoreEntry(walk, reading, reason);
  }
}

/** Why a file is left alone, told by its name; chips are counted on the way. */
function toIgnored(
  { contents, dataObject }: Walk,
  { name, kind, bytes }: ArchiveEntry,
): IgnoredReason | undefined {
  if (leadsOut(name)) return "leads-out";
  if (isOfSystem(name)) return "system";
  if (kind === "other") return "link";
  if (bytes === 0) return "empty";
  const known = readInfineonName(toFileName(name));
  if (known === undefined) return undefined;
  if (known.is === "keys" || known.is === "matter") return known.is;
  contents.addChip(known.dataObject, known.is === "chip" ? 1 : 0);
  return known.dataObject === dataObject ? undefined : "other-data-object";
}

/** What is left alone holds no private key either; files of chips' keys are not opened even for that. */
async function ignoreEntry(walk: Walk, reading: Reading, reason: IgnoredReason): Promise<void> {
  const { entry, shown } = reading;
  walk.contents.ignore(reason, shown);
  if (unopened.has(reason) || entry.isEncrypted) return;
  const source = `${walk.source}: ${shown}`;
  const peeked = await peek(unpack(walk, reading));
  refuseKeys(peeked, source);
  for await (const _ of scan(peeked.chunks, source));
}

const unopened: ReadonlySet<IgnoredReason> = new Set(["empty", "keys", "link"]);

/** Archives of certificates that are not asked for are looked into, so that people see what is there. */
function isCountedArchive({ name }: ArchiveEntry, reason: IgnoredReason): boolean {
  const known = readInfineonName(toFileName(name));
  if (known?.is === "data-object") return reason === "other-data-object";
  return known?.is === "matter" && known.isArchive && reason === "matter";
}

interface Reading {
  readonly entry: ArchiveEntry;
  readonly shown: string;
  readonly depth: number;
}

async function countArchive(walk: Walk, reading: Reading, ignoredAs: IgnoredReason): Promise<void> {
  const { entry, shown, depth } = reading;
  if (entry.isEncrypted) return walk.contents.ignore(ignoredAs, shown);
  const peeked = await peek(unpack(walk, reading));
  const kind = toWrapping(peeked.head.bytes);
  if (!isArchive(kind)) {
    await peeked.chunks.return(undefined);
    return walk.contents.ignore(ignoredAs, shown);
  }
  const inner = await toInner(walk, { kind, peeked, shown, depth });
  // Nothing comes of it but counts.
  for await (const _ of walkArchive(walk, { ...inner, ignoredAs }));
}

function unpack({ meter }: Walk, { entry, shown }: Reading): AsyncIterable<Uint8Array> {
  return meter.unpack(shown, entry.packedBytes, entry.read());
}

async function toInner(
  { contents, limits, meter, source }: Walk,
  {
    kind,
    peeked,
    shown,
    depth,
  }: {
    readonly kind: ArchiveKind;
    readonly peeked: Peeked;
    readonly shown: string;
    readonly depth: number;
  },
): Promise<Place> {
  meter.descend(shown, depth + 1);
  contents.addArchive(shown);
  const content = await hold(peeked.chunks, `${source}: ${shown}`, limits.heldBytes);
  return { kind, bytes: toByteSource(content), folder: `${shown}/`, depth: depth + 1 };
}

/** @throws MusterError ARCHIVE_ENCRYPTED, and as `transcribeArchive` does. */
async function* readEntry(walk: Walk, reading: Reading): AsyncGenerator<TranscriptLine> {
  const { entry, shown, depth } = reading;
  const source = `${walk.source}: ${shown}`;
  if (entry.isEncrypted) throw new MusterError("ARCHIVE_ENCRYPTED", `${source} is encrypted.`);
  const meter = (chunks: AsyncIterable<Uint8Array>) => walk.meter.unpack(shown, undefined, chunks);
  const peeked = await peekInside(unpack(walk, reading), source, meter);
  const wrapping = toWrapping(peeked.head.bytes);
  if (isArchive(wrapping) && !isDocument(shown)) {
    yield* walkArchive(walk, await toInner(walk, { kind: wrapping, peeked, shown, depth }));
    return;
  }
  yield* readFile(walk, { peeked, entry: shown, name: entry.name, source });
}

const maxWrappings = 2;

/** Unpacks and decodes what a file is wrapped in beside archives. */
async function peekInside(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  meter: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): Promise<Peeked> {
  let peeked = await peek(chunks);
  for (let layer = 0; layer < maxWrappings; layer += 1) {
    const wrapping = toWrapping(peeked.head.bytes);
    if (wrapping === undefined || isArchive(wrapping)) break;
    const inside = peeked.chunks;
    peeked = await peek(
      wrapping === "gzip" ? meter(gunzip(inside, source)) : decodeText(inside, wrapping),
    );
  }
  return peeked;
}

interface ReadFile {
  readonly peeked: Peeked;
  readonly entry: string;
  readonly name: string;
  readonly source: string;
}

async function* readFile(
  { options, contents, failures, mapping }: Walk,
  { peeked, entry, name, source }: ReadFile,
): AsyncGenerator<TranscriptLine> {
  const detected = detectFile(peeked, { ...options, source });
  if (detected instanceof MusterError) {
    for await (const _ of scan(peeked.chunks, source));
    if (isDocument(name)) return contents.ignore("document", entry);
    if (failures.length === 0) failures.push(detected);
    contents.fail();
    const message = detected.message.replace(source, toFileName(entry));
    yield { entry, problem: { code: "ENTRY_UNREADABLE", message } };
    return;
  }
  mapping.note(detected.format);
  const known = readInfineonName(toFileName(name));
  const id = known?.is === "chip" ? known.chipId : toStem(name);
  contents.use(detected.format.name);
  yield* transcribeFile({ entry, id, source }, peeked, { detected, options });
}
