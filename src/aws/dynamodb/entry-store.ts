import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { LedgerEntry } from "../../rules/decision/ledger.ts";
import { type EntrySubject, toEntryItem, toPartition } from "./entry-item.ts";
import { fromItem, toItem, toKey } from "./item.ts";
import { claimKey } from "./ledger-keys.ts";
import type { Tables } from "./tables.ts";
import { transact } from "./transact.ts";

/**
 * Builds the write of one ledger entry. The first manufacturer's claim on a certificate stands: the
 * claim and the entry are one transaction.
 *
 * @returns `known` when the manufacturer's entry with the same profile and device id stands already.
 */
export function createAddEntry(tables: Tables) {
  return async (
    subject: EntrySubject,
    entry: LedgerEntry,
  ): Promise<"added" | "known" | "claimed-by-other"> => {
    const pk = toPartition(subject);
    const { manufacturer, profile, deviceId } = entry;
    const claim = { manufacturer, profile, ...(deviceId !== undefined && { deviceId }) };
    const { Item } = await tables.client.send(
      new GetItemCommand({
        TableName: tables.ledger,
        Key: toKey(pk, claimKey),
        ConsistentRead: true,
      }),
    );
    if (Item) {
      const standing = fromItem(Item);
      if (standing["manufacturer"] !== manufacturer) return "claimed-by-other";
      if (standing["profile"] === profile && standing["deviceId"] === deviceId) return "known";
    }
    const failed = await transact(tables.client, [
      {
        Put: {
          TableName: tables.ledger,
          Item: toItem(pk, claimKey, claim),
          ConditionExpression: "attribute_not_exists(pk) OR manufacturer = :manufacturer",
          ExpressionAttributeValues: { ":manufacturer": { S: manufacturer } },
        },
      },
      { Put: { TableName: tables.ledger, Item: toEntryItem(subject, entry) } },
    ]);
    return failed ? "claimed-by-other" : "added";
  };
}
