import { randomUUID } from "node:crypto";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createManufacturers } from "../../../src/access/manufacturers/manage-manufacturers.ts";
import { createDynamoDbClient } from "../../../src/aws/create-clients.ts";
import { createTables } from "../../../src/aws/dynamodb/create-tables.ts";
import { createManufacturerStore } from "../../../src/aws/dynamodb/manufacturer-store.ts";
import type { Dynoxide } from "../../../src/local/start-dynoxide.ts";
import { startDatabase } from "../../support/database.ts";
import { type FaultPlan, injectFaults } from "../../support/faults.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

async function setup() {
  const client = createDynamoDbClient({
    region: "eu-west-1",
    dynamodbEndpoint: database.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const run = randomUUID();
  const tables = { client, ledger: `ledger-${run}`, audit: `audit-${run}` };
  await createTables(tables);
  const plan: FaultPlan = { calls: [] };
  injectFaults(plan, [client]);
  const store = createManufacturerStore(tables);
  const manufacturers = createManufacturers({ ...store, now: () => new Date(), actor: "test" });
  return { tables, calls: plan.calls, manufacturers };
}

type Setup = Awaited<ReturnType<typeof setup>>;

async function listIds({ manufacturers }: Setup): Promise<readonly string[]> {
  return (await manufacturers.list()).map(({ id }) => id);
}

describe("the list of what an operator keeps", () => {
  test("is in order of ids, of more than one read takes, and each is as it stands", async () => {
    const world = await setup();
    const ids = Array.from({ length: 120 }, (_, index) => `m-${String(index).padStart(3, "0")}`);
    await Promise.all(ids.toReversed().map((id) => world.manufacturers.add(id, id)));
    await world.manufacturers.setStatus("m-007", "suspended");
    const listed = await world.manufacturers.list();
    expect(listed.map(({ id }) => id)).toEqual(ids);
    expect(listed[7]).toMatchObject({ status: "suspended" });
  });

  test("is found without a look at the rest of the ledger", async () => {
    const world = await setup();
    await world.manufacturers.add("acme", "Acme");
    world.calls.length = 0;
    expect(await listIds(world)).toEqual(["acme"]);
    expect(world.calls).toEqual(["Query#1", "BatchGetItem#1"]);
  });

  test("takes in what an earlier version wrote, when the tables are next opened", async () => {
    const world = await setup();
    const { client, ledger } = world.tables;
    for (const id of ["acme", "rival"]) await world.manufacturers.add(id, id);
    // As it was before there were lists of these.
    const earlier = {
      TableName: ledger,
      Key: { pk: { S: "MANUFACTURER#acme" }, sk: { S: "STATE" } },
      UpdateExpression: "REMOVE listing, listedAt",
    };
    await client.send(new UpdateItemCommand(earlier));
    expect(await listIds(world)).toEqual(["rival"]);
    await createTables(world.tables);
    expect(await listIds(world)).toEqual(["acme", "rival"]);
    world.calls.length = 0;
    await createTables(world.tables);
    expect(world.calls.filter((call) => call.startsWith("Scan"))).toEqual([]);
    expect(await world.manufacturers.add("acme", "Acme")).toMatchObject({ name: "Acme" });
  });
});
