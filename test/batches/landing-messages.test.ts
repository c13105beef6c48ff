import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHandleBatchMessage } from "../../src/batches/handle-batch-message.ts";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { startDatabase } from "../support/database.ts";
import { acme, type BatchWorld, createBatchWorld, makeManifest } from "./support.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

const isStep =
  (step: string) =>
  ({ message }: BatchWorld["queued"][number]) =>
    "step" in message && message.step === step;

/** Works until a step is in the queue, where it is left. */
async function untilQueued(world: BatchWorld, step: string): Promise<void> {
  while (!world.queued.some(isStep(step))) {
    const next = world.queued.shift();
    if (next === undefined) throw new Error(`Nothing came to ${step}.`);
    if (next.delaySeconds === 0) await world.handle(next.message);
  }
}

async function createLanding(parts = 1) {
  const { bytes, ca } = makeManifest("csv", parts * 5);
  const world = await createBatchWorld(database.url, { issuers: [ca], limits: { partRecords: 5 } });
  const batch = await world.push(bytes);
  await untilQueued(world, "land");
  return { world, batch, land: { step: "land", batch, part: 1 } };
}

/** A worker that dies once it has begun to land a part. */
function createMortal(world: BatchWorld) {
  const dead = Promise.withResolvers<never>();
  dead.promise.catch(() => {});
  const begun = Promise.withResolvers<void>();
  const handle = createHandleBatchMessage({
    ...world.deps,
    readClaims: async () => {
      begun.resolve();
      return dead.promise;
    },
  });
  return { handle, begun: begun.promise };
}

/** Takes the messages out of the queue that come a while later. */
function takeDelayed(world: BatchWorld): readonly object[] {
  const delayed = world.queued.filter(({ delaySeconds }) => delaySeconds > 0);
  const rest = world.queued.filter(({ delaySeconds }) => delaySeconds === 0);
  world.queued.splice(0, world.queued.length, ...rest);
  return delayed.map(({ message }) => message);
}

describe("messages about landing", () => {
  test("are sent once for each part, however often all parts are found checked", async () => {
    const { world, batch } = await createLanding(4);
    const sent = world.queued.filter(isStep("land")).length;
    for (let times = 0; times < 5; times += 1) await world.handle({ step: "gather", batch });
    expect(sent).toBe(4);
    expect(world.queued.filter(isStep("land"))).toHaveLength(4);
  });

  test("are sent for the parts that a worker did not come to", async () => {
    const { bytes, ca } = makeManifest("csv", 20);
    const limits = { partRecords: 5 };
    const world = await createBatchWorld(database.url, { issuers: [ca], limits });
    const batch = await world.push(bytes);
    await untilQueued(world, "gather");
    let left = 2;
    const failing = createHandleBatchMessage({
      ...world.deps,
      queue: {
        send: async (...given) => {
          left -= 1;
          if (left < 0) throw new RangeError("x");
          await world.deps.queue.send(...given);
        },
      },
    });
    await expect(failing({ step: "gather", batch })).rejects.toBeInstanceOf(RangeError);
    await world.handle({ step: "gather", batch });
    const parts = world.queued
      .filter(isStep("land"))
      .map(({ message }) => "part" in message && message.part);
    expect(new Set(parts)).toEqual(new Set([1, 2, 3, 4]));
  });

  test("have one look again at a part in work, however many of them there are", async () => {
    const { world, land } = await createLanding();
    world.queued.splice(0);
    const { handle, begun } = createMortal(world);
    void handle(land);
    await begun;
    for (let times = 0; times < 5; times += 1) await world.handle(land);
    let looks = takeDelayed(world);
    expect(looks).toHaveLength(1);
    // Another worker takes it over from the dead one, and dies too; each message comes three times.
    const second = createMortal(world);
    void second.handle(looks[0]);
    await second.begun;
    for (let times = 0; times < 3; times += 1) await world.handle(looks[0]);
    looks = takeDelayed(world);
    expect(looks).toHaveLength(1);
    await world.handle(looks[0]);
    await world.drain();
    expect((await world.useCases.show(acme, land.batch)).counts.added).toBe(5);
  });

  test("have one look again when several begin at once", async () => {
    const { world, land } = await createLanding();
    world.queued.splice(0);
    await Promise.all([1, 2, 3].map(() => world.handle(land)));
    expect((await world.deps.readParts(land.batch)).map(({ state }) => state)).toEqual(["landed"]);
    for (const look of takeDelayed(world)) await world.handle(look);
    await world.drain();
    expect((await world.useCases.show(acme, land.batch)).counts.added).toBe(5);
  });

  test("take a part over at once whose worker was not heard of for two minutes", async () => {
    const { world, land } = await createLanding();
    const { handle, begun } = createMortal(world);
    void handle(land);
    await begun;
    world.advance(119_000);
    await world.handle(land);
    expect(takeDelayed(world)).toHaveLength(1);
    world.advance(1_000);
    await world.handle(land);
    expect(takeDelayed(world)).toEqual([]);
    expect((await world.deps.readParts(land.batch)).map(({ state }) => state)).toEqual(["landed"]);
  });

  test("take a part over at once whose worker failed", async () => {
    const { world, land } = await createLanding();
    const failing = createHandleBatchMessage({
      ...world.deps,
      readClaims: async () => Promise.reject(new RangeError("x")),
    });
    await expect(failing(land)).rejects.toBeInstanceOf(RangeError);
    await world.handle(land);
    expect((await world.deps.readParts(land.batch)).map(({ state }) => state)).toEqual(["landed"]);
  });

  test("end at last, so that the queue gives up on a part that is begun again and again", async () => {
    const { world, land } = await createLanding();
    const { handle, begun } = createMortal(world);
    void handle(land);
    await begun;
    await expect(world.handle({ ...land, again: 30 })).rejects.toMatchObject({
      code: "STATE_CHANGED",
    });
  });
});
