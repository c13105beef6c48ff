import { MusterError } from "../../rules/errors.ts";

/** One file, folder or link of an archive. */
export interface ArchiveEntry {
  /** With its folders, separated by slashes; nothing in it is to be trusted. */
  readonly name: string;
  readonly kind: "file" | "folder" | "other";
  /** Unpacked, as the archive says. */
  readonly bytes: number;
  /** Undefined where files are packed together. */
  readonly packedBytes?: number;
  readonly isEncrypted: boolean;
  /**
   * Unpacks it, once and before the next entry is asked for.
   *
   * @throws MusterError ARCHIVE_DAMAGED, ARCHIVE_UNSUPPORTED
   */
  readonly read: () => AsyncIterable<Uint8Array>;
}

/** @param what of the archive is damaged: its name, or that and a file's. */
export function archiveDamaged(what: string, cause?: unknown): MusterError {
  return new MusterError("ARCHIVE_DAMAGED", `${what} is damaged or cut short.`, { cause });
}

export function archiveUnsupported(what: string, why: string, cause?: unknown): MusterError {
  return new MusterError("ARCHIVE_UNSUPPORTED", `${what} ${why}.`, { cause });
}
