import { toSubject } from "../../rules/audit/subject.ts";
import type { LedgerEntry } from "../../rules/decision/ledger.ts";
import { type Item, toItem } from "./item.ts";
import { toEntryKey, toIssuerSerialKey, toPublicKeyKey } from "./ledger-keys.ts";

/** How an entry names its device, and with it under which key it lies. */
export type EntrySubject =
  | { readonly certificateId: string }
  | { readonly publicKeySha256: string }
  | { readonly issuerNameSha256: string; readonly serial: string };

export function toEntryItem(subject: EntrySubject, entry: LedgerEntry): Item {
  return toItem(toPartition(subject), toEntryKey(entry.manufacturer, entry.batch), {
    ...entry,
    batchListing: entry.batch,
  });
}

export function toPartition(subject: EntrySubject): string {
  if ("certificateId" in subject) return toSubject("CERT", subject.certificateId);
  if ("publicKeySha256" in subject) return toPublicKeyKey(subject.publicKeySha256);
  return toIssuerSerialKey(subject.issuerNameSha256, subject.serial);
}
