import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHandleBatchMessage } from "../../src/batches/handle-batch-message.ts";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { startDatabase } from "../support/database.ts";
import { acme, createBatchWorld, makeManifest, other } from "./support.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

describe("a batch under a profile that lists its manufacturers", () => {
  test("lands for those it lists", async () => {
    const { bytes, ca } = makeManifest("csv", 2);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    world.profiles["sensor"] = { manufacturers: ["other", "acme"] };
    const id = await world.push(bytes);
    await world.drain();
    expect(await world.useCases.show(acme, id)).toMatchObject({
      status: "completed",
      counts: { added: 2 },
    });
  });

  test("fails when its manufacturer was taken off the list before it was inspected", async () => {
    const { bytes, ca } = makeManifest("csv", 2);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const id = await world.push(bytes, {}, other);
    world.profiles["sensor"] = { manufacturers: ["acme"] };
    await world.drain();
    expect(await world.useCases.show(other, id)).toMatchObject({
      status: "failed",
      problem: { code: "PROFILE_NOT_ALLOWED", message: expect.not.stringContaining("acme") },
    });
    expect(JSON.stringify(await world.ledger())).not.toContain("CERT#");
  });

  test("says by which version of the profile it was judged", async () => {
    const { bytes, ca } = makeManifest("csv", 2);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const id = await world.push(bytes);
    expect((await world.useCases.show(acme, id)).profileVersion).toBe(3);
    const handle = createHandleBatchMessage({
      ...world.deps,
      readProfile: async (name) => ({ ...(await world.deps.readProfile(name)), version: 4 }),
    });
    await handle({ step: "inspect", batch: id });
    expect((await world.useCases.show(acme, id)).profileVersion).toBe(4);
  });
});
