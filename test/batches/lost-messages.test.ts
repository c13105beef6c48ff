import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BatchDeps } from "../../src/batches/batch-deps.ts";
import type { PartRecord } from "../../src/batches/batch-record.ts";
import { createBatchUseCases } from "../../src/batches/create-batch-use-cases.ts";
import { createHandleBatchMessage } from "../../src/batches/handle-batch-message.ts";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { MusterError } from "../../src/rules/errors.ts";
import { startDatabase } from "../support/database.ts";
import {
  acme,
  type BatchWorld,
  connect,
  createBatchWorld,
  makeManifest,
  operator,
  toRequest,
} from "./support.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

const killed = new Error("killed");

/** A worker that dies right after it has changed a batch. */
function diesAfterChange({ deps }: BatchWorld): BatchDeps {
  let changed = false;
  const orDie = () => (changed ? Promise.reject(killed) : Promise.resolve());
  return {
    ...deps,
    writeBatch: async (...given) => {
      await orDie();
      changed = await deps.writeBatch(...given);
      return changed;
    },
    queue: { send: async (...given) => orDie().then(() => deps.queue.send(...given)) },
    objects: {
      ...deps.objects,
      write: async (...given) => orDie().then(() => deps.objects.write(...given)),
      delete: async (...given) => orDie().then(() => deps.objects.delete(...given)),
    },
  };
}

/** Delivers all that is queued, in time, as many times over as it takes. */
async function drainAll(world: BatchWorld): Promise<void> {
  const longest = 1_000;
  for (let count = 0; count < longest; count += 1) {
    const [next] = world.queued.toSorted((one, two) => one.delaySeconds - two.delaySeconds);
    if (next === undefined) return;
    world.queued.splice(world.queued.indexOf(next), 1);
    world.advance(next.delaySeconds * 1000);
    await world.handle(next.message);
  }
  throw new Error("There is no end to the messages.");
}

async function landed(count: number, profile = "sensor") {
  const { bytes, ca } = makeManifest("csv", count);
  const world = await createBatchWorld(database.url, { issuers: [ca] });
  const id = await world.push(bytes, { profile });
  if (profile === "lamp") {
    await world.drain();
    await world.useCases.approve(operator, id, count);
  }
  await drainAll(world);
  const { certificateIds } = await world.deps.listEntries(id, { limit: count });
  return { world, id, bytes, certificateIds };
}

describe("a function that dies right after it has changed a batch", () => {
  const opened = [
    { name: "for an upload", withContent: false },
    { name: "with its content", withContent: true },
  ];
  test.for(opened)("and opened it $name leaves one that expires", async ({ withContent }) => {
    const { bytes, ca } = makeManifest("csv", 5);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const useCases = createBatchUseCases(diesAfterChange(world));
    const request = { ...toRequest(bytes), ...(withContent && { content: bytes }) };
    await useCases.open(acme, request).catch((error: unknown) => expect(error).toBe(killed));
    const [batch] = (await world.useCases.list(acme, { limit: 1 })).batches;
    await drainAll(world);
    expect((await world.useCases.show(acme, batch?.id ?? "")).status).toBe("expired");
  });

  test("and recalled it leaves nothing of it undecided", async () => {
    const { world, id, certificateIds } = await landed(5);
    for (const each of certificateIds) await connect(world, each);
    const useCases = createBatchUseCases(diesAfterChange(world));
    await expect(useCases.recall(operator, id, "wrong keys")).rejects.toBe(killed);
    await drainAll(world);
    expect(new Set(world.settled)).toEqual(new Set(certificateIds));
  });

  test("and released it leaves nothing of it undecided or unregistered", async () => {
    const { world, id, certificateIds } = await landed(5, "lamp");
    for (const each of certificateIds.slice(0, 3)) await connect(world, each);
    await world.useCases.recall(operator, id, "wrong keys");
    await drainAll(world);
    world.settled.length = 0;
    world.preregistered.length = 0;
    const useCases = createBatchUseCases(diesAfterChange(world));
    await expect(useCases.release(operator, id, "checked")).rejects.toBe(killed);
    await drainAll(world);
    expect(new Set(world.settled)).toEqual(new Set(certificateIds.slice(0, 3)));
    expect(new Set(world.preregistered)).toEqual(new Set(certificateIds.slice(3)));
  });

  test("and approved of it leaves one that lands", async () => {
    const { bytes, ca } = makeManifest("csv", 50);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const id = await world.push(bytes, { profile: "lamp" });
    await world.drain();
    const useCases = createBatchUseCases(diesAfterChange(world));
    await expect(useCases.approve(operator, id, 50)).rejects.toBe(killed);
    await drainAll(world);
    expect(await world.useCases.show(acme, id)).toMatchObject({
      status: "completed",
      counts: { added: 50 },
    });
  });

  test("and failed it over a private key leaves none of the manifest", async () => {
    const { bytes, ca } = makeManifest("csv", 60);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const id = await world.push(bytes);
    await world.handle(world.queued.pop()?.message);
    const deps = diesAfterChange(world);
    const read: BatchDeps["objects"]["read"] = async (key, range) => {
      if (range?.offset === 0) return deps.objects.read(key, range);
      throw new MusterError("PRIVATE_KEY_REFUSED", "There is one.");
    };
    const check = createHandleBatchMessage({ ...deps, objects: { ...deps.objects, read } });
    const messages = world.queued.splice(0).filter(({ delaySeconds }) => delaySeconds === 0);
    for (const { message } of messages) await check(message).catch(() => {});
    expect((await world.useCases.show(acme, id)).problem?.code).toBe("PRIVATE_KEY_REFUSED");
    expect(world.objects.keys()).toContain(`acme/${id}/manifest`);
    for (const { message } of messages) await world.handle(message);
    expect(world.objects.keys().filter((key) => !/plan|rows/.test(key))).toEqual([]);
  });
});

describe("a worker that was slow", () => {
  test("with a manifest that was refused meanwhile leaves nothing of it", async () => {
    const { bytes, ca } = makeManifest("csv", 20);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const id = await world.push(gzipSync(bytes));
    const inspect = { step: "inspect", batch: id };
    const { objects } = world.deps;
    const slow = createHandleBatchMessage({
      ...world.deps,
      objects: {
        ...objects,
        write: async (key, chunks) => {
          const written: Uint8Array[] = [];
          for await (const chunk of chunks) written.push(chunk);
          world.suppliers["acme"] = { status: "suspended" };
          await world.handle(inspect);
          await objects.write(key, written);
          await objects.write(`acme/${id}/manifest`, [gzipSync(bytes)]);
        },
      },
    });
    await slow(inspect);
    expect((await world.useCases.show(acme, id)).problem?.code).toBe("MANUFACTURER_SUSPENDED");
    expect(world.objects.keys().filter((key) => !key.includes("plan"))).toEqual([]);
  });

  test("does not end a batch that has gone on without it", async () => {
    const { bytes, ca } = makeManifest("csv", 20);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const id = await world.push(bytes);
    const inspect = { step: "inspect", batch: id };
    const slow = createHandleBatchMessage({
      ...world.deps,
      readSupplier: async (manufacturer) => {
        await world.handle(inspect);
        world.suppliers["acme"] = { status: "suspended" };
        return world.deps.readSupplier(manufacturer);
      },
    });
    await expect(slow(inspect)).rejects.toMatchObject({ code: "MANUFACTURER_SUSPENDED" });
    await drainAll(world);
    expect((await world.useCases.show(acme, id)).status).toBe("completed");
  });

  test("leaves its part to whoever took it over, whose message comes again if it is killed", async () => {
    const { bytes, ca } = makeManifest("csv", 15);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const id = await world.push(bytes);
    await untilLanding(world);
    const land = { step: "land", batch: id, part: 1 };
    const { objects, readParts, writePart } = world.deps;
    const slow = createHandleBatchMessage({
      ...world.deps,
      objects: {
        ...objects,
        write: async (...given) => {
          const [part] = (await readParts(id)).filter((each) => each.part === 1);
          const { sent: _, ...standing } = part ?? ({} as PartRecord);
          const another = { ...standing, state: "landing", attempt: "another's" } as const;
          expect(await writePart(id, another, part?.attempt)).toBe(true);
          await objects.write(...given);
        },
      },
    });
    await expect(slow(land)).rejects.toMatchObject({ code: "STATE_CHANGED" });
    world.advance(120_000);
    await world.handle(land);
    await world.drain();
    expect((await world.useCases.show(acme, id)).counts.added).toBe(15);
  });
});

/** Works until a batch is about to land its one part. */
async function untilLanding(world: BatchWorld): Promise<void> {
  for (let next = world.queued.shift(); next; next = world.queued.shift()) {
    const { message, delaySeconds } = next;
    if ("step" in message && message.step === "land") return;
    if (delaySeconds === 0) await world.handle(message);
  }
  throw new Error("Nothing landed.");
}
