import { GetItemCommand, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type {
  IssuerOwnership,
  ReadIssuerOwnership,
  WriteIssuer,
} from "../../access/manufacturers/issuer-ownership.ts";
import { parseItem, toItem, toKey } from "./item.ts";
import { ownerKey, toIssuerOwnerKey } from "./ledger-keys.ts";
import { toSubjectWrites } from "./subject-access.ts";
import type { Tables } from "./tables.ts";
import { transact } from "./transact.ts";

/** What is not shared says nothing of it. */
const ownershipShape = z.object({
  manufacturer: z.string(),
  shared: z.exactOptional(z.literal(true)),
  others: z.exactOptional(z.array(z.string())),
});

type StoredOwnership = z.infer<typeof ownershipShape>;

export function createReadIssuerOwnership({ client, ledger }: Tables): ReadIssuerOwnership {
  return async (caCertificateId) => {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: ledger,
        Key: toKey(toIssuerOwnerKey(caCertificateId), ownerKey),
        ConsistentRead: true,
      }),
    );
    if (Item === undefined) return undefined;
    const { manufacturer, shared = false, others = [] } = parseItem(Item, ownershipShape);
    return { manufacturer, shared, others };
  };
}

export function createWriteIssuer(tables: Tables): WriteIssuer {
  return async ({ caCertificateId, read, manufacturer, ownership, audit }) => {
    const failed = await transact(tables.client, [
      ...toSubjectWrites(tables, "MANUFACTURER", {
        id: manufacturer.id,
        expected: read.manufacturer,
        value: manufacturer,
        audit,
      }),
      toOwnershipWrite(tables, caCertificateId, read.ownership, ownership),
    ]);
    return failed === undefined;
  };
}

/** An ownership has no number that grows: it is compared as it is. */
function toOwnershipWrite(
  { ledger }: Tables,
  caCertificateId: string,
  from: IssuerOwnership | undefined,
  to: IssuerOwnership | undefined,
): TransactWriteItem {
  const pk = toIssuerOwnerKey(caCertificateId);
  const request = { TableName: ledger, ...toCondition(from) };
  if (to === undefined) return { Delete: { ...request, Key: toKey(pk, ownerKey) } };
  return { Put: { ...request, Item: toItem(pk, ownerKey, toStored(to)) } };
}

function toCondition(from: IssuerOwnership | undefined) {
  if (from === undefined) return { ConditionExpression: "attribute_not_exists(pk)" };
  const { manufacturer, shared, others } = toStored(from);
  const same = [
    "manufacturer = :manufacturer",
    shared ? "#shared = :shared" : "attribute_not_exists(#shared)",
    others ? "#others = :others" : "attribute_not_exists(#others)",
  ];
  return {
    ConditionExpression: same.join(" AND "),
    // Words that DynamoDB reserves.
    ExpressionAttributeNames: { "#shared": "shared", "#others": "others" },
    ExpressionAttributeValues: {
      ":manufacturer": { S: manufacturer },
      ...(shared && { ":shared": { BOOL: true } }),
      ...(others && { ":others": { L: others.map((S) => ({ S })) } }),
    },
  };
}

function toStored({ manufacturer, shared, others }: IssuerOwnership): StoredOwnership {
  return {
    manufacturer,
    ...(shared && { shared }),
    ...(others.length > 0 && { others: [...others] }),
  };
}
