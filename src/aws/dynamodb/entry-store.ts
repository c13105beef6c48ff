import { GetItemCommand, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { foldDeviceId } from "../../rules/batch/fold-device-id.ts";
import { maxIdHolders } from "../../rules/batch/id-holder.ts";
import type { Claim } from "../../rules/batch/judge-claim.ts";
import type { LedgerEntry } from "../../rules/decision/ledger.ts";
import { MusterError } from "../../rules/errors.ts";
import { toClaimCondition } from "./batch-entry-store.ts";
import { type EntrySubject, toEntryItem, toPartition } from "./entry-item.ts";
import { createReadIdHolders, toHolderWrite } from "./id-holder-store.ts";
import { parseItem, toItem, toKey } from "./item.ts";
import { claimKey } from "./ledger-keys.ts";
import { claimShape } from "./stored-shapes.ts";
import type { Tables } from "./tables.ts";
import { transact } from "./transact.ts";

export type AddedEntry = "added" | "known" | "claimed-by-other" | "device-id-differs";

/** Others may be adding the very same certificate. */
const maxTries = 10;

/**
 * Builds the write of one ledger entry. The first manufacturer's claim on a certificate stands: the
 * claim and the entry are one transaction. So does the device id that came first; an entry without
 * one takes it over.
 *
 * @returns `known` when the manufacturer's entry with the same profile stands already.
 * @throws MusterError STATE_CHANGED when others kept changing the claim.
 */
export function createAddEntry(tables: Tables) {
  return async (subject: EntrySubject, entry: LedgerEntry): Promise<AddedEntry> => {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const added = await addOnce(tables, subject, entry);
      if (added !== undefined) return added;
    }
    throw new MusterError("STATE_CHANGED", "Others kept changing the claim on this certificate.");
  };
}

/** @returns undefined when the claim is not as it was read any more. */
async function addOnce(
  tables: Tables,
  subject: EntrySubject,
  entry: LedgerEntry,
): Promise<AddedEntry | undefined> {
  const pk = toPartition(subject);
  const [standing, holding] = await Promise.all([
    readClaim(tables, pk),
    toHolding(tables, subject, entry),
  ]);
  const { manufacturer, profile } = entry;
  if (standing && standing.manufacturer !== manufacturer) return "claimed-by-other";
  const deviceId = entry.deviceId ?? standing?.deviceId;
  if (standing?.deviceId !== undefined && standing.deviceId !== deviceId)
    return "device-id-differs";
  if (standing?.profile === profile && standing.deviceId === deviceId) return "known";
  const named = deviceId === undefined ? {} : { deviceId };
  const batches = [...(standing?.batches ?? []), entry.batch];
  const failed = await transact(tables.client, [
    {
      Put: {
        TableName: tables.ledger,
        Item: toItem(pk, claimKey, { manufacturer, profile, ...named, batches }),
        ...toClaimCondition(standing),
      },
    },
    { Put: { TableName: tables.ledger, Item: toEntryItem(subject, { ...entry, ...named }) } },
    ...holding,
  ]);
  return failed ? undefined : "added";
}

/** The write of whose the entry's id is, for the batches that come later. */
async function toHolding(
  tables: Tables,
  subject: EntrySubject,
  { manufacturer, batch, deviceId: spelt, importedAt: since }: LedgerEntry,
): Promise<readonly TransactWriteItem[]> {
  if (spelt === undefined || !("certificateId" in subject)) return [];
  const deviceId = foldDeviceId(spelt);
  const { certificateId } = subject;
  const holders = await createReadIdHolders(tables)(manufacturer, [deviceId]);
  if ((holders.get(deviceId)?.length ?? 0) >= maxIdHolders) return [];
  return [toHolderWrite(tables, { manufacturer, deviceId }, { since, batch, certificateId })];
}

async function readClaim({ client, ledger }: Tables, pk: string): Promise<Claim | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: ledger, Key: toKey(pk, claimKey), ConsistentRead: true }),
  );
  if (Item === undefined) return undefined;
  const { batches = [], ...claim } = parseItem(Item, claimShape);
  return { ...claim, batches };
}
