import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBatchStores } from "../../../src/aws/dynamodb/batch-stores.ts";
import { createTables } from "../../../src/aws/dynamodb/create-tables.ts";
import type { Tables } from "../../../src/aws/dynamodb/tables.ts";
import type { PartRecord } from "../../../src/batches/batch-record.ts";
import type { Dynoxide } from "../../../src/local/start-dynoxide.ts";
import { noRows } from "../../../src/rules/batch/batch-counts.ts";
import { startDatabase } from "../../support/database.ts";

let database: Dynoxide;
let tables: Tables;
beforeAll(async () => {
  database = await startDatabase();
  const run = randomUUID();
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new DynamoDBClient({ endpoint: database.url, region: "eu-west-1", credentials });
  tables = { client, ledger: `ledger-${run}`, audit: `audit-${run}` };
  await createTables(tables);
});
afterAll(() => database.close());

const part = (deviations: Partial<PartRecord> = {}): PartRecord => ({
  part: 1,
  state: "checking",
  bytes: 100,
  bytesDone: 0,
  counts: noRows,
  unapproved: 0,
  ...deviations,
});

describe("a part of a batch", () => {
  const states = ["checking", "checked", "landing", "landed"] as const;
  /** States that stand against one that is older, or that somebody else jumped over. */
  const kept: readonly string[] = [
    "checked then checking",
    "landing then checking",
    "landing then checked",
    "landed then checking",
    "landed then checked",
    "landed then landing",
    "checking then landing",
    "checking then landed",
  ];
  const pairs = states.flatMap((one) => states.map((other) => `${one} then ${other}`));
  test.for(pairs)("%s", async (pair) => {
    const { readParts, writePart } = createBatchStores(tables);
    const batch = randomUUID();
    const [first, second] = pair.split(" then ") as [PartRecord["state"], PartRecord["state"]];
    await writePart(batch, part({ state: first }));
    await writePart(batch, part({ state: second, bytesDone: 7 }));
    const [found] = await readParts(batch);
    expect(found?.state).toBe(kept.includes(pair) ? first : second);
  });

  test("is begun by one worker only, and taken over from that one only", async () => {
    const { readParts, writePart } = createBatchStores(tables);
    const batch = randomUUID();
    const landing = (attempt: string) => part({ state: "landing", attempt, at: "2026-05-01" });
    await writePart(batch, part({ state: "checked" }));
    expect(await writePart(batch, landing("a-1"))).toBe(true);
    expect(await writePart(batch, landing("a-2"))).toBe(false);
    expect(await writePart(batch, landing("a-2"), "a-1")).toBe(true);
    expect(await writePart(batch, landing("a-3"), "a-1")).toBe(false);
    const [found] = await readParts(batch);
    expect(found).toEqual(landing("a-2"));
  });

  test("keeps the latest of what was sent about it, until it has landed", async () => {
    const { readParts, writePart, noteSent } = createBatchStores(tables);
    const batch = randomUUID();
    const sent = async () => (await readParts(batch))[0]?.sent;
    await writePart(batch, part());
    await noteSent(batch, 1, 0);
    expect(await sent()).toBeUndefined();
    await writePart(batch, part({ state: "checked" }));
    await noteSent(batch, 1, 2);
    await noteSent(batch, 1, 1);
    await writePart(batch, part({ state: "landing", attempt: "a-1", at: "2026-05-01" }));
    expect(await sent()).toBe(2);
    await writePart(batch, part({ state: "landed" }), "a-1");
    await noteSent(batch, 1, 3);
    expect(await readParts(batch)).toEqual([part({ state: "landed" })]);
  });

  test("is in the order of the manifest with the others, also beyond nine", async () => {
    const { readParts, writePart } = createBatchStores(tables);
    const batch = randomUUID();
    for (const number of [10, 2, 0, 1_000, 9]) await writePart(batch, part({ part: number }));
    expect((await readParts(batch)).map((each) => each.part)).toEqual([0, 2, 9, 10, 1_000]);
  });
});
