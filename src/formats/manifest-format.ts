import type { CertificateFacts } from "../rules/certificate/certificate-facts.ts";
import type { DataObject } from "./archive/infineon-names.ts";
import type { Cut, Frame } from "./framing/cut-records.ts";
import type { ManifestProblemCode, ManifestWarningCode } from "./manifest-problems.ts";

/** Bytes of a manifest, in pieces of any size. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Longest record that is read; a line of a vendor's file has 5 kB at most. */
export const maxRecordBytes = 256 * 1024;
/** What a format is told by. */
export const headBytes = 64 * 1024;

/** One device of a manifest. */
export interface ManifestRecord {
  readonly kind: "record";
  /** Counts records from 1, not lines; blank ones and a header do not count. */
  readonly record: number;
  /** DER. */
  readonly leaf: Uint8Array;
  /** Read from `leaf`, so that nobody has to read it again; `certificateId` is its key. */
  readonly facts: CertificateFacts;
  /** DER of CAs that lead away from the leaf, its issuer first; the root may be missing. */
  readonly chain: readonly Uint8Array[];
  readonly deviceId?: string;
  /** Of an archive: the file that it is in, and where that has several records, which of them it is. */
  readonly entry?: string;
  readonly entryRecord?: number;
  /** Where `deviceId` comes from, for people: `column MAC`, `uniqueId`. */
  readonly idSource?: string;
  readonly attributes: Readonly<Record<string, string>>;
  /**
   * What the manifest itself vouches for, checked: `signature` a trusted signer's word on this
   * record, `chain` the signatures from the leaf along `chain`, `none` nothing. Whether the chain
   * leads to a CA that anybody trusts is for `checkCertificate`.
   */
  readonly verified: "signature" | "chain" | "none";
  /** What is odd about it, or was mended. */
  readonly warnings: readonly ManifestWarning[];
}

/** A record that names no device that could be taken in, and why. */
export interface ManifestProblem {
  readonly kind: "problem";
  readonly record: number;
  readonly code: ManifestProblemCode;
  /** Where it is legible though the rest of the record is not. */
  readonly deviceId?: string;
  /** The column or member that is wrong, where it is one. */
  readonly field?: string;
  /** As of a record. */
  readonly entry?: string;
  readonly entryRecord?: number;
  /** What is wrong, with this record's own values; what to do about it is in the table of codes. */
  readonly message: string;
}

export interface ManifestWarning {
  readonly code: ManifestWarningCode;
  readonly field?: string;
  readonly message: string;
}

export type ManifestRow = ManifestRecord | ManifestProblem;

export interface ManifestOptions {
  /** Names the manifest in errors; default "The manifest". */
  readonly source?: string;
  /** Which column or member holds what, by name; `#3` is the third column of a CSV without header. */
  readonly mapping?: ColumnMapping;
  /** DER of the certificates whose word on a signed manifest counts; nobody's by default. */
  readonly signers?: readonly Uint8Array[];
  /** DER; where given, chains in signed manifests have to end in one of them. */
  readonly roots?: readonly Uint8Array[];
  /**
   * Takes records of signed manifests whose signer is not known, as `verified: "none"` with a
   * warning. For looking into files only.
   */
  readonly acceptUnknownSigners?: boolean;
  /**
   * `false` leaves the signatures of chains to the caller, who checks them anyway; then the CAs of a
   * chain are told by name alone.
   */
  readonly verifyChains?: boolean;
  /** Which of a chip's certificates is taken from a vendor's bundle; default `E0E0`. */
  readonly dataObject?: DataObject;
}

export interface ColumnMapping {
  readonly cert?: string;
  readonly id?: string;
  readonly chain?: string;
}

/** Whether it names anything. */
export function isMapping(mapping: ColumnMapping | undefined): mapping is ColumnMapping {
  return mapping !== undefined && Object.values(mapping).some((name) => name !== undefined);
}

/** What every part of a manifest needs to be read alone. JSON, at most some 200 kB. */
export interface ManifestContext {
  /** Columns of a CSV; members of the first JSON objects, to be told. */
  readonly header?: readonly string[];
  readonly delimiter?: string;
  /** Ids are numbers of so many digits. */
  readonly idDigits?: number;
  /** CAs anywhere in the file, base64 of DER. */
  readonly cas?: readonly string[];
  /** What is read is an array within an object. */
  readonly nested?: boolean;
  /** Bytes of something else that the first certificate stands behind. */
  readonly leading?: number;
  /** A record goes over several lines. */
  readonly folded?: boolean;
  /** The file is one record. */
  readonly single?: boolean;
}

/** Where the records begin, and what to know of them. */
export interface ManifestStart {
  /** Bytes before the first record, such as a header. */
  readonly skip: number;
  readonly context: ManifestContext;
}

export interface ManifestHead {
  /** At most `headBytes`, without a byte order mark. */
  readonly bytes: Buffer;
  /** The same as text, one character per byte. */
  readonly text: string;
  /** Whether this is all there is. */
  readonly complete: boolean;
}

/**
 * One format of manifests. Reading is cut into records by `cut`, which needs no memory of what came
 * before, so a file can be read in parts and by several readers.
 */
export interface ManifestFormat {
  /** Stable. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** What of a mapping means something to it; nothing by default. */
  readonly maps?: readonly (keyof ColumnMapping)[];
  /** Whether bytes may be read as text, of any encoding. */
  readonly binary?: boolean;
  /**
   * @returns undefined when the manifest is of another format.
   * @throws MusterError when it is of this one and of no use.
   */
  readonly detect: (head: ManifestHead, options: ManifestOptions) => ManifestStart | undefined;
  readonly cut: (context: ManifestContext) => Cut;
  /**
   * Finds DER of the CAs in a record that belong to the whole file; the survey collects them.
   *
   * @throws MusterError PRIVATE_KEY_REFUSED; `source` names the manifest.
   */
  readonly findCas?: (frame: Frame, source: string) => readonly Uint8Array[];
  /**
   * Gives a quick look at each record for what refuses the whole manifest, so that the survey finds it
   * before anything is taken; undefined when no record of this manifest can have it.
   */
  readonly createCheck?: (
    context: ManifestContext,
    options: ManifestOptions,
  ) => ((frame: Frame) => void) | undefined;
  /** @throws MusterError PRIVATE_KEY_REFUSED, SECRET_REFUSED: such a manifest is refused whole. */
  readonly createReader: (context: ManifestContext, options: ManifestOptions) => ReadFrame;
}

export type ReadFrame = (frame: Frame, record: number) => readonly ManifestRow[];
