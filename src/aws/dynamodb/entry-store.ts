import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { Claim } from "../../rules/batch/judge-claim.ts";
import type { LedgerEntry } from "../../rules/decision/ledger.ts";
import { type EntrySubject, toEntryItem, toPartition } from "./entry-item.ts";
import { parseItem, toItem, toKey } from "./item.ts";
import { claimKey } from "./ledger-keys.ts";
import { claimShape } from "./stored-shapes.ts";
import type { Tables } from "./tables.ts";
import { transact } from "./transact.ts";

export type AddedEntry = "added" | "known" | "claimed-by-other" | "device-id-differs";

/**
 * Builds the write of one ledger entry. The first manufacturer's claim on a certificate stands: the
 * claim and the entry are one transaction. So does the device id that came first; an entry without
 * one takes it over.
 *
 * @returns `known` when the manufacturer's entry with the same profile stands already.
 */
export function createAddEntry(tables: Tables) {
  return async (subject: EntrySubject, entry: LedgerEntry): Promise<AddedEntry> => {
    const pk = toPartition(subject);
    const standing = await readClaim(tables, pk);
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
          ConditionExpression: "attribute_not_exists(pk) OR manufacturer = :manufacturer",
          ExpressionAttributeValues: { ":manufacturer": { S: manufacturer } },
        },
      },
      { Put: { TableName: tables.ledger, Item: toEntryItem(subject, { ...entry, ...named }) } },
    ]);
    return failed ? "claimed-by-other" : "added";
  };
}

type StandingClaim = Omit<Claim, "batches"> & Partial<Pick<Claim, "batches">>;

async function readClaim(
  { client, ledger }: Tables,
  pk: string,
): Promise<StandingClaim | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: ledger, Key: toKey(pk, claimKey), ConsistentRead: true }),
  );
  return Item && parseItem(Item, claimShape);
}
