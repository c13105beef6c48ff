import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import type { Item } from "./item.ts";

/** Reads all items of one partition in order of `sk`, strongly consistent. */
export async function queryPartition(
  client: DynamoDBClient,
  table: string,
  pk: string,
  signal?: AbortSignal,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: pk } },
    },
    signal ? { abortSignal: signal } : {},
  );
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
}
