import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHandleBatchMessage } from "../../src/batches/handle-batch-message.ts";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { startDatabase } from "../support/database.ts";
import { acme, type BatchWorld, createBatchWorld, makeManifest, operator } from "./support.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

/** Works until a batch is about to land its one part. */
async function untilLanding(world: BatchWorld, batch: string): Promise<void> {
  for (;;) {
    const next = world.queued.shift();
    if (next === undefined) throw new Error("Nothing landed.");
    const { message } = next;
    if ("step" in message && message.step === "land") return;
    if (next.delaySeconds === 0) await world.handle(message);
    expect((await world.useCases.show(acme, batch)).status).not.toBe("failed");
  }
}

/** A worker that waits between reading claims and writing entries, until it is let go. */
function createSlowWorker(world: BatchWorld) {
  const read = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const handle = createHandleBatchMessage({
    ...world.deps,
    readClaims: async (ids) => {
      const claims = await world.deps.readClaims(ids);
      read.resolve();
      await go.promise;
      return claims;
    },
  });
  return { handle, read: read.promise, go: go.resolve };
}

describe("a worker that is still at a part when another has landed it", () => {
  /** What makes its rows look otherwise by then. */
  const between = [
    {
      name: "after a recall",
      act: (world: BatchWorld, first: string) => world.useCases.recall(acme, first, "why"),
    },
    {
      name: "after a release",
      act: async (world: BatchWorld, first: string) => {
        await world.useCases.recall(acme, first, "why");
        await world.useCases.release(operator, first, "checked");
      },
    },
  ];
  test.for(between)("adds nothing and changes no count, $name", async ({ act }) => {
    const { bytes, ca } = makeManifest("csv", 15);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const first = await world.push(bytes);
    await world.drain();
    const second = await world.push(bytes, { profile: "gateway" });
    await untilLanding(world, second);
    const land = { step: "land", batch: second, part: 1 };
    const slow = createSlowWorker(world);
    const ended = slow.handle(land);
    await slow.read;
    await world.useCases.recall(acme, first, "why");
    // The other is told of the first, and comes again when that is taken for dead.
    await world.handle(land);
    const look = world.queued.pop();
    const seen = expect.stringMatching(/^\S+ 0$/);
    expect(look).toEqual({ message: { ...land, again: 1, seen }, delaySeconds: 120 });
    await world.handle(look?.message);
    await world.drain();
    const counts = { rows: 15, added: 0, known: 0, refused: 15, warnings: 0 };
    expect((await world.useCases.show(acme, second)).counts).toEqual(counts);
    const before = await world.ledger();
    await world.useCases.release(operator, first, "checked");
    await act(world, first);
    slow.go();
    await expect(ended).rejects.toMatchObject({ code: "STATE_CHANGED" });
    await world.handle(land);
    expect((await world.useCases.show(acme, second)).counts).toEqual(counts);
    const ofDevices = (ledger: readonly unknown[]) =>
      ledger.filter((item) => JSON.stringify(item).includes('"S":"CERT#'));
    expect(ofDevices((await world.ledger()).ledger)).toEqual(ofDevices(before.ledger));
    const { rows } = await world.useCases.listErrors(acme, second, { limit: 20 });
    expect(new Set(rows.map(({ code }) => code))).toEqual(new Set(["BATCH_RECALLED"]));
  });
});
