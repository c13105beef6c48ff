import {
  CreateTableCommand,
  type CreateTableCommandInput,
  ResourceInUseException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { indexEarlierSubjects } from "./index-earlier-subjects.ts";
import { batchIndex, listingIndex, type Tables } from "./tables.ts";

const keys: Pick<CreateTableCommandInput, "KeySchema" | "BillingMode"> = {
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  BillingMode: "PAY_PER_REQUEST",
};

/** Makes the tables as serverless.yml does, unless they are there: for the local cloud and tests. */
export async function createTables({ client, ledger, audit }: Tables): Promise<void> {
  const tables: readonly CreateTableCommandInput[] = [
    {
      ...keys,
      TableName: ledger,
      AttributeDefinitions: ["pk", "sk", "listing", "listedAt", "batchListing"].map(text),
      GlobalSecondaryIndexes: [
        {
          IndexName: listingIndex,
          KeySchema: [
            { AttributeName: "listing", KeyType: "HASH" },
            { AttributeName: "listedAt", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
        {
          IndexName: batchIndex,
          KeySchema: [
            { AttributeName: "batchListing", KeyType: "HASH" },
            { AttributeName: "pk", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    },
    { ...keys, TableName: audit, AttributeDefinitions: ["pk", "sk"].map(text) },
  ];
  for (const table of tables) {
    const isNew = await createTable(client, table);
    if (!isNew && table.TableName === ledger) await indexEarlierSubjects({ client, ledger });
  }
}

/** @returns whether it was not there. */
async function createTable(
  client: Tables["client"],
  table: CreateTableCommandInput,
): Promise<boolean> {
  const isNew = await client.send(new CreateTableCommand(table)).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ResourceInUseException) return false;
      throw error;
    },
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, table);
  return isNew;
}

const text = (AttributeName: string) => ({ AttributeName, AttributeType: "S" }) as const;
