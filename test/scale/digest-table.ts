import { hash } from "node:crypto";
import { type AttributeValue, type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";

export interface TableDigest {
  readonly items: number;
  /** Ledger entries among them. */
  readonly entries: number;
  /** The same for the same items, in whatever order they come. */
  readonly sum: bigint;
}

/** Goes through a whole table in constant memory. */
export async function digestTable(client: DynamoDBClient, table: string): Promise<TableDigest> {
  let [items, entries, sum] = [0, 0, 0n];
  let key: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: table, ...(key && { ExclusiveStartKey: key }) }),
    );
    for (const item of page.Items ?? []) {
      items += 1;
      if (item["sk"]?.S?.startsWith("ENTRY#")) entries += 1;
      sum += BigInt(`0x${hash("sha256", toText(item), "hex")}`);
    }
    key = page.LastEvaluatedKey;
  } while (key);
  return { items, entries, sum };
}

function toText(item: Record<string, AttributeValue>): string {
  return JSON.stringify(item, (_, value: unknown) => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
    const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isRecord) return value;
    const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(members);
  });
}
