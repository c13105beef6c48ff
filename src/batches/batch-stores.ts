import type { AuditEvent, ChainHead } from "../rules/audit/audit-record.ts";
import type { IdHolder } from "../rules/batch/id-holder.ts";
import type { Claim } from "../rules/batch/judge-claim.ts";
import type { LedgerEntry, Manufacturer } from "../rules/decision/ledger.ts";
import type { AppliedProfile } from "../rules/profile/profile.ts";
import type { BatchRecord, PartRecord } from "./batch-record.ts";
import type {
  LeaveLane,
  ReadPreregistration,
  TakeLane,
  WritePreregistration,
} from "./preregister/preregistration.ts";

/** A batch as it was read, so that it can be written on condition that it is still the same. */
interface StoredBatch {
  readonly revision: number;
  readonly chain: ChainHead;
  /** Undefined when there is none, or none that was pushed. */
  readonly batch?: BatchRecord;
}

/** Strongly consistent. */
export type ReadBatch = (id: string) => Promise<StoredBatch>;

/**
 * Writes a batch and its audit record in one transaction.
 *
 * @returns false when it is not as read any more.
 */
export type WriteBatch = (
  read: StoredBatch,
  batch: BatchRecord,
  audit: AuditEvent,
) => Promise<boolean>;

/** Newest first; eventually consistent. @param manufacturer all, when left out. */
export type ListBatches = (page: {
  readonly limit: number;
  readonly cursor?: string;
  readonly manufacturer?: string;
}) => Promise<{ readonly batches: readonly BatchRecord[]; readonly cursor?: string }>;

/** Strongly consistent, in order. */
export type ReadParts = (batch: string) => Promise<readonly PartRecord[]>;

/**
 * Writes a part but for what was sent about it, unless a later state of it stands: a slow worker
 * undoes nothing.
 *
 * @param attempt where given, the part has to be this attempt's.
 * @returns whether it was written.
 */
export type WritePart = (
  batch: string,
  part: Omit<PartRecord, "sent">,
  attempt?: string,
) => Promise<boolean>;

/** Notes that a message to land a part was sent; of several the latest stands. */
export type NoteSent = (batch: string, part: number, sent: number) => Promise<void>;

/** Strongly consistent. @returns by certificate id; those without are missing. */
export type ReadClaims = (certificateIds: readonly string[]) => Promise<ReadonlyMap<string, Claim>>;

/**
 * Strongly consistent. Knows no other manufacturer's.
 *
 * @param deviceIds as `foldDeviceId` writes them.
 * @returns by id; those that no certificate has are missing.
 */
export type ReadIdHolders = (
  manufacturer: string,
  deviceIds: readonly string[],
) => Promise<ReadonlyMap<string, readonly IdHolder[]>>;

export interface NewEntry {
  readonly certificateId: string;
  readonly entry: LedgerEntry;
  readonly claim: Claim;
  /** What stood when it was read. */
  readonly standing: Claim | undefined;
  /** As `foldDeviceId` writes it, where it is to be noted whose it is. No two entries give the same. */
  readonly heldId?: string;
}

/** The landing of one part by one worker. */
export interface Landing {
  readonly batch: string;
  readonly part: number;
  readonly attempt: string;
}

/**
 * Writes entries with their claims and who has their ids, those of each whole or not at all.
 *
 * @param landing what they are added in; those that follow a standing claim only while it lasts.
 * @returns certificate ids whose claim was not as read any more, so that nothing of them was written.
 * @throws MusterError STATE_CHANGED when the landing is another's by now, or over.
 */
export type AddEntries = (
  entries: readonly NewEntry[],
  landing: Landing,
) => Promise<readonly string[]>;

/** Certificate ids of a batch's entries; eventually consistent. */
export type ListEntries = (
  batch: string,
  page: { readonly limit: number; readonly cursor?: string },
) => Promise<{ readonly certificateIds: readonly string[]; readonly cursor?: string }>;

/** How certificates stand; those that never connected are missing. */
export type ReadStandings = (
  certificateIds: readonly string[],
) => Promise<ReadonlyMap<string, "admitted" | "out" | "undecided">>;

export interface BatchStores {
  readonly readBatch: ReadBatch;
  readonly writeBatch: WriteBatch;
  readonly listBatches: ListBatches;
  readonly readParts: ReadParts;
  readonly writePart: WritePart;
  readonly noteSent: NoteSent;
  readonly readClaims: ReadClaims;
  readonly readIdHolders: ReadIdHolders;
  readonly addEntries: AddEntries;
  readonly listEntries: ListEntries;
  readonly readStandings: ReadStandings;
  readonly readPreregistration: ReadPreregistration;
  readonly writePreregistration: WritePreregistration;
  readonly takeLane: TakeLane;
  readonly leaveLane: LeaveLane;
}

/** A manufacturer with what a batch of it is judged by. */
export interface Supplier extends Pick<Manufacturer, "id" | "status" | "issuers" | "mappings"> {
  /** Those of `issuers`, as SHA-256 of their DER in hex, from which others issue too. */
  readonly sharedIssuers: ReadonlySet<string>;
  /** DER of the certificates whose word on a signed manifest counts. */
  readonly signers: readonly Uint8Array[];
}

/** @throws MusterError MANUFACTURER_UNKNOWN */
export type ReadSupplier = (manufacturer: string) => Promise<Supplier>;
/** @throws MusterError PROFILE_UNKNOWN */
export type ReadProfile = (name: string) => Promise<AppliedProfile>;
