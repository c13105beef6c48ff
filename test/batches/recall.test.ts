import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBatchUseCases } from "../../src/batches/create-batch-use-cases.ts";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { startDatabase } from "../support/database.ts";
import { acme, auditor, connect, createBatchWorld, makeManifest, operator } from "./support.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

async function setup(admitted = 0, recallDevices = 1) {
  const { bytes, ca } = makeManifest("csv", 5);
  const world = await createBatchWorld(database.url, { issuers: [ca], limits: { recallDevices } });
  const id = await world.push(bytes);
  await world.drain();
  const { certificateIds } = await world.deps.listEntries(id, { limit: 10 });
  for (const each of certificateIds.slice(0, admitted)) await connect(world, each);
  return { world, id, bytes, certificateIds };
}

describe("recalling a batch", () => {
  test("blocks it, and has what connected decided again, twice", async () => {
    const { world, id, certificateIds } = await setup(1);
    expect((await world.useCases.recall(acme, id, "wrong keys")).status).toBe("recalled");
    await world.drain();
    expect(world.settled).toEqual(certificateIds.slice(0, 1));
    const again = { step: "settle", batch: id, again: true };
    expect(world.queued).toContainEqual({ message: again, delaySeconds: 120 });
    await world.handle(again);
    expect(world.settled).toHaveLength(2);
    expect((await world.deps.readBatch(id)).batch?.status).toBe("recalled");
  });

  test("takes as many messages as devices have connected, not as there are certificates", async () => {
    const { bytes, ca } = makeManifest("csv", 120);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const id = await world.push(bytes);
    await world.drain();
    const { certificateIds } = await world.deps.listEntries(id, { limit: 120 });
    const connected = certificateIds.filter((_, index) => index % 3 === 0);
    for (const each of connected) await connect(world, each);
    await world.useCases.recall(operator, id, "wrong keys");
    let messages = 0;
    for (let next = world.queued.shift(); next; next = world.queued.shift()) {
      if (next.delaySeconds > 0) continue;
      messages += 1;
      await world.handle(next.message);
    }
    expect(new Set(world.settled)).toEqual(new Set(connected));
    expect(world.settled).toHaveLength(connected.length);
    expect(messages).toBe(2);
  });

  test("twice is recalling once", async () => {
    const { world, id } = await setup();
    await world.useCases.recall(acme, id, "wrong keys");
    const { audit } = await world.ledger();
    await world.useCases.recall(acme, id, "wrong keys");
    expect((await world.ledger()).audit).toEqual(audit);
  });

  test("blocks what is pushed later, until the operator releases it", async () => {
    const { world, id, bytes } = await setup();
    await world.useCases.recall(acme, id, "wrong keys");
    const later = await world.push(bytes, { profile: "gateway" });
    await world.drain();
    expect((await world.useCases.show(acme, later)).counts).toMatchObject({ refused: 5 });
    const { rows } = await world.useCases.listErrors(acme, later, { limit: 1 });
    expect(rows[0]?.code).toBe("BATCH_RECALLED");
    await expect(world.useCases.release(acme, id, "sorry")).rejects.toMatchObject({
      code: "ROLE_NOT_ALLOWED",
    });
    expect((await world.useCases.release(operator, id, "checked")).status).toBe("completed");
    const last = await world.push(bytes, { profile: "gateway" });
    await world.drain();
    expect((await world.useCases.show(acme, last)).counts).toMatchObject({ added: 5 });
  });

  test("that added nothing is refused: its rows stand with another batch", async () => {
    const { world, bytes } = await setup();
    const again = await world.push(bytes);
    await world.drain();
    await expect(world.useCases.recall(acme, again, "wrong keys")).rejects.toMatchObject({
      code: "BATCH_STATUS_CONFLICT",
      details: { added: 0 },
    });
    expect((await world.useCases.show(acme, again)).status).toBe("completed");
  });

  test("beyond the cap is the operator's", async () => {
    const { world, id } = await setup(2);
    await expect(world.useCases.recall(acme, id, "wrong keys")).rejects.toMatchObject({
      code: "RECALL_NEEDS_OPERATOR",
      details: { admitted: 2, limit: 1 },
    });
    expect((await world.useCases.recall(operator, id, "asked to")).status).toBe("recalled");
  });

  test("is the operator's while its manufacturer is suspended", async () => {
    const { world, id } = await setup();
    const suspended = createBatchUseCases({
      ...world.deps,
      readSupplier: async (each) => ({
        ...(await world.deps.readSupplier(each)),
        status: "suspended",
      }),
    });
    await expect(suspended.recall(acme, id, "wrong keys")).rejects.toMatchObject({
      code: "MANUFACTURER_SUSPENDED",
    });
    expect((await suspended.recall(operator, id, "asked to")).status).toBe("recalled");
  });

  test("of a batch that completes meanwhile is asked for again: the cap was not looked at", async () => {
    const { world, bytes } = await setup();
    const open = await world.push(bytes);
    const slow = createBatchUseCases({
      ...world.deps,
      readSupplier: async (each) => {
        await world.drain();
        return world.deps.readSupplier(each);
      },
    });
    await expect(slow.recall(acme, open, "wrong keys")).rejects.toMatchObject({
      code: "BATCH_STATUS_CONFLICT",
      details: { status: "completed" },
    });
    expect((await world.useCases.show(acme, open)).status).toBe("completed");
  });

  test("is not for auditors, needs a reason, and waits until the batch is there", async () => {
    const { world, id, bytes } = await setup();
    const recall: typeof world.useCases.recall = (...given) => world.useCases.recall(...given);
    await expect(recall(auditor, id, "why")).rejects.toMatchObject({ code: "ROLE_NOT_ALLOWED" });
    await expect(recall(acme, id, " ")).rejects.toMatchObject({ code: "REQUEST_INVALID" });
    const open = await world.push(bytes);
    await expect(recall(acme, open, "why")).rejects.toMatchObject({
      code: "BATCH_STATUS_CONFLICT",
    });
  });
});

describe("the yield of a batch", () => {
  test("is what was shipped, by what became of it", async () => {
    const { world, id } = await setup(2);
    expect(await world.useCases.readYield(acme, id)).toEqual({
      batch: id,
      shipped: 5,
      looked: 5,
      admitted: 2,
      neverSeen: 3,
      refused: 0,
      isPartial: false,
    });
  });

  test("of a batch too large for one look is that of some, and only the operator recalls it", async () => {
    const { bytes, ca } = makeManifest("csv", 1_100);
    const world = await createBatchWorld(database.url, {
      issuers: [ca],
      limits: { partRecords: 600 },
    });
    const id = await world.push(bytes);
    await world.drain();
    const slow: typeof world.deps = {
      ...world.deps,
      readStandings: (ids) => {
        world.advance(20_000);
        return world.deps.readStandings(ids);
      },
    };
    const useCases = createBatchUseCases(slow);
    expect(await useCases.readYield(acme, id)).toMatchObject({
      shipped: 1_100,
      looked: 1_000,
      neverSeen: 1_000,
      isPartial: true,
    });
    await expect(useCases.recall(acme, id, "wrong keys")).rejects.toMatchObject({
      code: "RECALL_NEEDS_OPERATOR",
    });
    expect((await useCases.recall(operator, id, "asked to")).status).toBe("recalled");
  });
});
