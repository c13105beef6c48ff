import type { Fault, Frame } from "../framing/cut-records.ts";
import type { ManifestContext, ManifestProblem } from "../manifest-format.ts";

/**
 * One line of what an archive is written anew as, so that it can be cut into parts: a record as it
 * stood in its file, to be read as one of that file's format. A small file of certificates is one line.
 */
export type TranscriptLine = RecordLine | ProblemLine;

interface Line {
  /** The file, with the folders and archives that it is in. */
  readonly entry: string;
}

export interface RecordLine extends Line {
  readonly format: string;
  readonly context?: ManifestContext;
  /** Of a file with several records: which of them; counts from 1. */
  readonly number?: number;
  /** What the file is named for, where it may be the id of its one device. */
  readonly id?: string;
  readonly frames: readonly TranscriptFrame[];
}

export interface TranscriptFrame {
  /** Base64. */
  readonly bytes: string;
  readonly fault?: Fault;
}

interface ProblemLine extends Line {
  readonly problem: Pick<ManifestProblem, "code" | "message">;
}

export function toTranscriptFrame({ bytes, fault }: Frame): TranscriptFrame {
  // What a fault has is not read: it may be far longer than a record.
  if (fault === "too-long") return { bytes: "", fault };
  return { bytes: bytes.toString("base64"), ...(fault && { fault }) };
}

export function toFrames({ frames }: RecordLine): readonly Frame[] {
  return frames.map(({ bytes, fault }) => {
    return { start: 0, bytes: Buffer.from(bytes, "base64"), ...(fault && { fault }) };
  });
}

/** Reads a line that Muster wrote itself. */
export function parseTranscriptLine(bytes: Buffer): TranscriptLine {
  return JSON.parse(bytes.toString("utf8")) as TranscriptLine;
}
