import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toCheckedKey } from "../../src/batches/batch-keys.ts";
import { createHandleBatchMessage } from "../../src/batches/handle-batch-message.ts";
import { createNoteStalled } from "../../src/batches/ingest/note-stalled.ts";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { startDatabase } from "../support/database.ts";
import { acme, type BatchWorld, createBatchWorld, makeManifest } from "./support.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

interface Dead {
  readonly message: object;
  readonly error: unknown;
}

/** As the queue and the function do: what fails as often as it is delivered is a dead letter. */
async function drain(world: BatchWorld, handle: BatchWorld["handle"]): Promise<readonly Dead[]> {
  const noteStalled = createNoteStalled(world.deps);
  const dead: Dead[] = [];
  for (let next = world.queued.shift(); next; next = world.queued.shift()) {
    const { message, delaySeconds } = next;
    if (delaySeconds > 0) continue;
    await handle(message).catch(async (error: unknown) => {
      await noteStalled(message, error);
      dead.push({ message, error });
    });
  }
  return dead;
}

async function setup() {
  const { bytes, ca } = makeManifest("csv", 50);
  const world = await createBatchWorld(database.url, { issuers: [ca] });
  return { world, id: await world.push(bytes) };
}

describe("a part that fails each time", () => {
  test("shows in its batch, which goes on when the message is sent again", async () => {
    const { world, id } = await setup();
    const key = toCheckedKey({ manufacturer: "acme", id }, 2);
    const { objects } = world.deps;
    const handle = createHandleBatchMessage({
      ...world.deps,
      objects: {
        ...objects,
        write: async (to, chunks) => {
          if (to === key) throw new RangeError("the disk is full of acme's names");
          await objects.write(to, chunks);
        },
      },
    });
    const dead = await drain(world, handle);
    expect(dead.map(({ message }) => message)).toEqual([{ step: "check", batch: id, part: 2 }]);
    const stalled = await world.useCases.show(acme, id);
    expect(stalled).toMatchObject({
      status: "ingesting",
      problem: {
        code: "BATCH_STALLED",
        message:
          "check of part 2 failed again and again (RangeError) and waits in the dead-letter queue.",
      },
    });
    for (const { message } of dead) await world.handle(message);
    await world.drain();
    const completed = await world.useCases.show(acme, id);
    expect(completed).toMatchObject({ status: "completed", counts: { rows: 50, added: 50 } });
    expect(completed).not.toHaveProperty("problem");
  });

  test("changes nothing of a batch that ended meanwhile", async () => {
    const { world, id } = await setup();
    await world.drain();
    const before = await world.ledger();
    await createNoteStalled(world.deps)({ step: "check", batch: id, part: 2 }, new Error("x"));
    expect(await world.ledger()).toEqual(before);
  });
});

describe("what comes after the landing and fails each time", () => {
  test("shows in the batch, until it is done", async () => {
    const { world, id } = await setup();
    await world.drain();
    const message = { step: "heal", batch: id };
    await createNoteStalled(world.deps)(message, new Error("x"));
    expect(await world.useCases.show(acme, id)).toMatchObject({
      status: "completed",
      problem: { code: "BATCH_STALLED" },
    });
    await world.handle(message);
    expect(await world.useCases.show(acme, id)).not.toHaveProperty("problem");
    const { audit } = await world.ledger();
    const actions = JSON.stringify(audit).match(/stalled|resumed/g);
    expect(actions).toEqual(["stalled", "resumed"]);
  });

  test("is not forgotten because other work is done", async () => {
    const { world, id } = await setup();
    await world.drain();
    const noteStalled = createNoteStalled(world.deps);
    const settle = (certificate: string) => ({
      step: "settle",
      batch: id,
      certificates: [certificate],
    });
    await noteStalled(settle("a"), new TypeError("x"));
    await noteStalled({ ...settle("b"), again: true }, new RangeError("x"));
    await world.handle({ step: "heal", batch: id });
    await world.handle(settle("b"));
    expect((await world.useCases.show(acme, id)).problem).toEqual({
      code: "BATCH_STALLED",
      message: "settle failed again and again (TypeError) and waits in the dead-letter queue.",
    });
    await world.handle(settle("a"));
    expect(await world.useCases.show(acme, id)).not.toHaveProperty("problem");
  });

  test("is noted before the last time, and taken back when that does it", async () => {
    const { world, id } = await setup();
    await world.drain();
    await createNoteStalled(world.deps)({ step: "settle", batch: id }, undefined);
    expect((await world.useCases.show(acme, id)).problem?.message).toContain("for the last time");
    await world.handle({ step: "settle", batch: id });
    expect(await world.useCases.show(acme, id)).not.toHaveProperty("problem");
  });
});
