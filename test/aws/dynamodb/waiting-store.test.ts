import { randomBytes, randomUUID } from "node:crypto";
import { BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTables } from "../../../src/aws/dynamodb/create-tables.ts";
import { toItem } from "../../../src/aws/dynamodb/item.ts";
import { stateKey, toListingKey, toShard } from "../../../src/aws/dynamodb/ledger-keys.ts";
import type { Tables } from "../../../src/aws/dynamodb/tables.ts";
import { createCountWaiting, createListWaiting } from "../../../src/aws/dynamodb/waiting-store.ts";
import type { Dynoxide } from "../../../src/local/start-dynoxide.ts";
import { startDatabase } from "../../support/database.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** A ledger with certificates of a listing each; ids that begin alike are in the same shard. */
async function setup(listings: readonly (readonly [listing: string, prefix: string])[]) {
  const client = new DynamoDBClient({ endpoint: database.url, region: "eu-west-1", credentials });
  const run = randomUUID();
  const tables: Tables = { client, ledger: `ledger-${run}`, audit: `audit-${run}` };
  await createTables(tables);
  const made = listings.map(([listing, prefix]) => {
    const id = `${prefix}${randomBytes(31).toString("hex")}`;
    const place = { listing: toListingKey(listing, toShard(id)), listedAt: "2026-05-01" };
    return { id, listing, Item: toItem(`CERT#${id}`, stateKey, place) };
  });
  for (let at = 0; at < made.length; at += 25) {
    const puts = made.slice(at, at + 25).map(({ Item }) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tables.ledger]: puts } }));
  }
  const waiting = made.flatMap(({ id, listing }) =>
    ["quarantined", "recheck"].includes(listing) ? [id] : [],
  );
  return { tables, waiting };
}

async function listAll(tables: Tables): Promise<readonly string[]> {
  const list = createListWaiting(tables);
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    found.push(...page.certificateIds);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

describe("certificates that wait for the ledger", () => {
  test("are those in quarantine and those to be looked at again, of all shards", async () => {
    const { tables, waiting } = await setup([
      ["quarantined", "00"],
      ["quarantined", "f0"],
      ["recheck", "70"],
      ["onboarding", "30"],
      ["parking", "30"],
    ]);
    expect((await listAll(tables)).toSorted()).toEqual(waiting.toSorted());
    expect(await createCountWaiting(tables)(1_000)).toBe(3);
  });

  test("are listed a page at a time, each once, and counted to a limit", async () => {
    const { tables, waiting } = await setup(
      Array.from({ length: 450 }, () => ["quarantined", "20"] as const),
    );
    const found = await listAll(tables);
    expect(found).toHaveLength(450);
    expect(new Set(found)).toEqual(new Set(waiting));
    expect(await createCountWaiting(tables)(401)).toBe(401);
  });

  test.for(["", "x", "0", "16.", "0.e30"])("are not listed from a cursor %j", async (cursor) => {
    const { tables } = await setup([]);
    await expect(createListWaiting(tables)(cursor)).rejects.toMatchObject({
      code: "REQUEST_INVALID",
    });
  });
});
