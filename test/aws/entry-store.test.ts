import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createReadClaims } from "../../src/aws/dynamodb/batch-entry-store.ts";
import { createAddEntry } from "../../src/aws/dynamodb/entry-store.ts";
import { createEntry } from "../support/create-entry.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

async function setup() {
  const { certificateId } = await world.device();
  const { clients, names, operator } = world;
  const tables = { client: clients.dynamodb, ledger: names.ledgerTable, audit: names.auditTable };
  const addEntry = createAddEntry(tables);
  return {
    add: (deviations: Parameters<typeof createEntry>[0]) =>
      addEntry({ certificateId }, createEntry(deviations)),
    claim: async () => (await createReadClaims(tables)([certificateId])).get(certificateId),
    entries: async () => (await operator.readRecord(certificateId)).entries,
  };
}

describe("an entry", () => {
  test("is known when it comes again, in whatever batch", async () => {
    const { add, entries } = await setup();
    expect(await add({ batch: "b-1", deviceId: "d" })).toBe("added");
    expect(await add({ batch: "b-2", deviceId: "d" })).toBe("known");
    expect(await entries()).toHaveLength(1);
  });

  test("without a device id takes the one that stands", async () => {
    const { add, entries } = await setup();
    await add({ batch: "b-1", deviceId: "d" });
    expect(await add({ batch: "b-2" })).toBe("known");
    expect(await add({ batch: "b-3", profile: "another" })).toBe("added");
    expect((await entries()).map(({ deviceId }) => deviceId)).toEqual(["d", "d"]);
  });

  test("with another device id is refused; with a first one it is added", async () => {
    const { add, entries } = await setup();
    expect(await add({ batch: "b-1" })).toBe("added");
    expect(await add({ batch: "b-2", deviceId: "d" })).toBe("added");
    expect(await add({ batch: "b-3", deviceId: "e" })).toBe("device-id-differs");
    expect(await entries()).toHaveLength(2);
  });

  test("is in the claim, however many come at once", async () => {
    const { add, entries, claim } = await setup();
    const batches = ["b-1", "b-2", "b-3", "b-4"];
    await Promise.all(batches.map((batch) => add({ batch, profile: `of ${batch}` })));
    expect((await claim())?.batches.toSorted()).toEqual(batches);
    expect(await entries()).toHaveLength(4);
  });

  test("of another manufacturer is refused, however many come at once", async () => {
    const { add, entries } = await setup();
    const all = ["a", "b", "c", "d"].map((manufacturer) => add({ manufacturer }));
    const results = await Promise.all(all);
    expect(results.toSorted()).toEqual([
      "added",
      "claimed-by-other",
      "claimed-by-other",
      "claimed-by-other",
    ]);
    expect(await entries()).toHaveLength(1);
  });
});
