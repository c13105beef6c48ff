import {
  CreateTableCommand,
  type CreateTableCommandInput,
  ResourceInUseException,
} from "@aws-sdk/client-dynamodb";
import { batchIndex, listingIndex, type Tables } from "./tables.ts";

/** Makes both tables where they are not there yet; on AWS serverless.yml makes the same. */
export async function createTables({ client, ledger, audit }: Tables): Promise<void> {
  for (const table of [toLedger(ledger), toAudit(audit)]) {
    try {
      await client.send(new CreateTableCommand(table));
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
  }
}

const key = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: "HASH" as const },
  { AttributeName: range, KeyType: "RANGE" as const },
];

const text = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });

function toLedger(TableName: string): CreateTableCommandInput {
  const index = (IndexName: string, hash: string, range: string) => ({
    IndexName,
    KeySchema: key(hash, range),
    Projection: { ProjectionType: "KEYS_ONLY" as const },
  });
  return {
    ...toAudit(TableName),
    AttributeDefinitions: ["pk", "sk", "listing", "listedAt", "batchListing"].map(text),
    GlobalSecondaryIndexes: [
      index(listingIndex, "listing", "listedAt"),
      index(batchIndex, "batchListing", "pk"),
    ],
  };
}

function toAudit(TableName: string): CreateTableCommandInput {
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk"].map(text),
    KeySchema: key("pk", "sk"),
  };
}
