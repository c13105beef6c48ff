import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createReadBackground } from "../../../src/aws/dynamodb/background-store.ts";
import type { Dynoxide } from "../../../src/local/start-dynoxide.ts";
import { acme, createBatchWorld, makeManifest } from "../../batches/support.ts";
import { createEntry } from "../../support/create-entry.ts";
import { startDatabase } from "../../support/database.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

describe("what stands behind an entry", () => {
  test("has every batch that is asked for, more than go into one call, and none that is not there", async () => {
    const { bytes, ca } = makeManifest("csv", 1);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const first = await world.push(bytes);
    const later = await world.push(bytes, { profile: "gateway" });
    await world.drain();
    await world.useCases.recall(acme, first, "wrong keys");
    const read = createReadBackground(world.tables, 10_000, () => new Date());
    const absent = Array.from({ length: 150 }, (_, index) => `none-${index}`);
    const found = await read(
      createEntry({ batch: later }),
      [later, ...absent, first],
      AbortSignal.timeout(5_000),
    );
    expect(found.batch).toMatchObject({ id: later, status: "completed" });
    expect(found.otherBatches).toMatchObject([{ id: first, status: "recalled" }]);
  });
});
