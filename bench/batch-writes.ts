import { randomBytes, randomUUID } from "node:crypto";
import { BatchWriteItemCommand, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "../src/aws/create-clients.ts";
import { createTables } from "../src/aws/dynamodb/create-tables.ts";
import { toEntryItem } from "../src/aws/dynamodb/entry-item.ts";
import { toItem } from "../src/aws/dynamodb/item.ts";
import { claimKey } from "../src/aws/dynamodb/ledger-keys.ts";
import type { Claim } from "../src/rules/batch/judge-claim.ts";
import { createEntry } from "../test/support/create-entry.ts";

const certificates = 4_000;
const itemsOfWrite = 24;
const writesAtOnce = 8;

/**
 * Certificates a second, written as fast as the database's own batch write goes, without a condition.
 *
 * @param withClaims writes what ingest writes: a claim and an entry; else an entry alone.
 */
export async function measureBatchWrites(endpoint: string, withClaims: boolean): Promise<number> {
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  const client = createDynamoDbClient({
    dynamodbEndpoint: endpoint,
    region: "eu-west-1",
    credentials,
  });
  const ledger = `bare-${randomUUID()}`;
  await createTables({ client, ledger, audit: `${ledger}-audit` });
  const perWrite = withClaims ? itemsOfWrite / 2 : itemsOfWrite;
  const start = performance.now();
  let left = certificates;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= perWrite;
      const writes = Array.from({ length: perWrite }, () => toWrites(withClaims)).flat();
      await client.send(new BatchWriteItemCommand({ RequestItems: { [ledger]: writes } }));
    }
  };
  await Promise.all(Array.from({ length: writesAtOnce }, lane));
  return certificates / ((performance.now() - start) / 1000);
}

const batch = randomUUID();
const certificateBytes = 450;
const certificate = randomBytes(certificateBytes);

function toWrites(withClaims: boolean): readonly WriteRequest[] {
  const certificateId = randomBytes(32).toString("hex");
  const deviceId = certificateId.slice(0, 14);
  const entry = createEntry({ batch, certificate, deviceId, attributes: { lot: "7" } });
  const claim: Claim = { manufacturer: "acme", profile: "sensor", deviceId, batches: [batch] };
  const items = [
    toEntryItem({ certificateId }, entry),
    ...(withClaims ? [toItem(`CERT#${certificateId}`, claimKey, claim)] : []),
  ];
  return items.map((Item) => ({ PutRequest: { Item } }));
}
