import {
  GetItemCommand,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { toItem, toKey } from "./item.ts";
import { stateKey } from "./ledger-keys.ts";
import { type ListedKind, listedKinds, toListingOf } from "./subject-access.ts";
import type { Tables } from "./tables.ts";

/** Says that all subjects of the table are in the lists of their kinds. */
const marker = { pk: "LISTINGS", sk: "SUBJECTS" };

/**
 * Puts into the lists of their kinds what earlier versions wrote into none. Goes through a table once:
 * whatever is written later lists itself.
 */
export async function indexEarlierSubjects({
  client,
  ledger,
}: Pick<Tables, "client" | "ledger">): Promise<void> {
  const request = { TableName: ledger, Key: toKey(marker.pk, marker.sk), ConsistentRead: true };
  const { Item } = await client.send(new GetItemCommand(request));
  if (Item !== undefined) return;
  const pages = paginateScan(
    { client },
    {
      TableName: ledger,
      ConsistentRead: true,
      FilterExpression: "sk = :state AND attribute_not_exists(listing)",
      ExpressionAttributeValues: { ":state": { S: stateKey } },
      ProjectionExpression: "pk",
    },
  );
  for await (const { Items = [] } of pages) {
    for (const { pk } of Items) await list({ client, ledger }, pk?.S ?? "");
  }
  await client.send(
    new PutItemCommand({ TableName: ledger, Item: toItem(marker.pk, marker.sk, {}) }),
  );
}

async function list({ client, ledger }: Pick<Tables, "client" | "ledger">, pk: string) {
  const [kind = "", id = ""] = pk.split("#", 2);
  if (!isListed(kind)) return;
  const { listing = "", listedAt = "" } = toListingOf(kind, id);
  await client.send(
    new UpdateItemCommand({
      TableName: ledger,
      Key: toKey(pk, stateKey),
      UpdateExpression: "SET listing = :listing, listedAt = :listedAt",
      ExpressionAttributeValues: { ":listing": { S: listing }, ":listedAt": { S: listedAt } },
    }),
  );
}

function isListed(kind: string): kind is ListedKind {
  return listedKinds.some((each) => each === kind);
}
