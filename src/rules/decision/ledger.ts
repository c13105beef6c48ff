import type { SavedMappings } from "../batch/saved-mapping.ts";

/** One manufacturer's statement, in one batch: "I made this certificate". */
export interface LedgerEntry {
  readonly manufacturer: string;
  readonly batch: string;
  readonly profile: string;
  /** How the entry names the device: by the certificate itself, its key, or issuer and serial. */
  readonly matchedBy: "certificate" | "public-key" | "issuer-serial";
  readonly deviceId?: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** DER of the certificate, when the entry holds it. */
  readonly certificate?: Uint8Array;
  /** DER of the CAs that came with it, untrusted. */
  readonly chain: readonly Uint8Array[];
  /** ISO 8601. */
  readonly importedAt: string;
}

/** Somebody's explicit word that a certificate is not to be let in. */
export interface Revocation {
  readonly manufacturer: string;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}

/** An operator's word that a certificate stays out; `iot` when it was spoken in AWS IoT itself. */
export interface Hold {
  readonly source: "operator" | "iot";
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}

export interface Manufacturer {
  readonly id: string;
  readonly name: string;
  readonly status: "active" | "suspended";
  /** DER of the CAs that this manufacturer issues from; each is trusted in itself. */
  readonly issuers: readonly Uint8Array[];
  /** SHA-256, in hex, of those issuers from which others issue too. */
  readonly sharedIssuers?: readonly string[];
  /** DER of the certificates whose signature on this manufacturer's manifests counts. */
  readonly signers?: readonly Uint8Array[];
  /** How this manufacturer's tables are to be read, by name. */
  readonly mappings?: SavedMappings;
}

export interface Batch {
  readonly id: string;
  readonly manufacturer: string;
  readonly profile: string;
  readonly status: "open" | "completed" | "recalled";
  readonly source: string;
  readonly entries: number;
  readonly createdAt: string;
}

/** The entry that speaks for a certificate: the newest; ties go to the greater batch id. */
export function chooseEntry(entries: readonly LedgerEntry[]): LedgerEntry | undefined {
  return entries.reduce<LedgerEntry | undefined>(
    (best, entry) => (best === undefined || order(entry) > order(best) ? entry : best),
    undefined,
  );
}

/**
 * The batches that the manufacturer of an entry has named a certificate in, each once, that of the
 * entry first.
 */
export function listBatches(
  entries: readonly LedgerEntry[],
  { manufacturer, batch }: LedgerEntry,
): readonly string[] {
  const own = entries.filter((each) => each.manufacturer === manufacturer);
  return [...new Set([batch, ...own.map((each) => each.batch)])];
}

function order({ importedAt, batch }: LedgerEntry): string {
  return `${importedAt} ${batch}`;
}
