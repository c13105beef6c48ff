import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BatchLimits } from "../../src/batches/batch-deps.ts";
import { createHandleBatchMessage } from "../../src/batches/handle-batch-message.ts";
import type { Preregistration } from "../../src/batches/preregister/preregistration.ts";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { startDatabase } from "../support/database.ts";
import { createRandom } from "./disturb.ts";
import { acme, type BatchWorld, createBatchWorld, makeManifest, operator } from "./support.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

const makeSecond = makeManifest("csv", 6);
const manifest = makeManifest("csv", 24, ["expired", "duplicate-leaf"]);
/** Of its 24 rows one is refused, and one repeats another. */
const quantity = 22;
/** So slow that no certificate is begun before the last one is done. */
const oneAtATime = { registrationsPerSecond: 3 };

interface Given {
  readonly preregistration?: Partial<Preregistration>;
  readonly limits?: Partial<BatchLimits>;
}

async function landed(given: Given = {}) {
  const world = await createBatchWorld(database.url, { issuers: [manifest.ca], ...given });
  const id = await pushAndApprove(world);
  return { world, id };
}

async function pushAndApprove(world: BatchWorld, profile = "lamp") {
  const id = await world.push(manifest.bytes, { profile });
  await world.drain();
  await world.useCases.approve(operator, id, quantity);
  await world.drain();
  return id;
}

/** Delivers in the order that is due, and lets time pass where nothing is. */
async function drainInTime(world: BatchWorld, deliver = world.handle, most = 500) {
  const due: { readonly message: object; readonly atMs: number }[] = [];
  for (let deliveries = 0; deliveries < most; deliveries += 1) {
    for (const { message, delaySeconds } of world.queued.splice(0)) {
      due.push({ message, atMs: world.nowMs() + delaySeconds * 1000 });
    }
    due.sort((one, other) => one.atMs - other.atMs);
    const next = due.shift();
    if (next === undefined) return;
    world.advance(Math.max(0, next.atMs - world.nowMs()));
    await deliver(next.message);
  }
  throw new Error("There is no end to the messages.");
}

const registrationOf = async (world: BatchWorld, id: string) =>
  (await world.useCases.show(acme, id)).registration;

describe("a batch whose devices are registered in advance", () => {
  test("waits until the operator has approved the quantity that it shows", async () => {
    const world = await createBatchWorld(database.url, { issuers: [manifest.ca] });
    const id = await world.push(manifest.bytes, { profile: "lamp" });
    await world.drain();
    const waiting = await world.useCases.show(operator, id);
    expect(waiting).toMatchObject({
      status: "awaiting-approval",
      approval: { quantity, unsigned: 0, registrationSeconds: 5 },
    });
    for (const other of [quantity - 1, quantity + 1]) {
      await expect(world.useCases.approve(operator, id, other)).rejects.toMatchObject({
        code: "QUANTITY_MISMATCH",
        details: { quantity },
      });
    }
    expect((await world.useCases.show(operator, id)).status).toBe("awaiting-approval");
    expect(JSON.stringify(await world.ledger())).not.toContain("CERT#");

    await world.useCases.approve(operator, id, quantity);
    await world.drain();
    expect(world.preregistered).toHaveLength(quantity);
    expect(new Set(world.preregistered).size).toBe(quantity);
    expect(await world.useCases.show(acme, id)).toMatchObject({
      status: "completed",
      counts: { added: quantity },
      registration: { total: quantity, registered: quantity, refused: 0, failed: 0 },
    });
  });

  test("is registered at the pace that is set, and not faster", async () => {
    const times: number[] = [];
    const world = await createBatchWorld(database.url, {
      issuers: [manifest.ca],
      limits: oneAtATime,
      preregistration: {
        preregister: async () => {
          times.push(world.nowMs());
          return "registered";
        },
      },
    });
    await pushAndApprove(world);
    const [first = 0] = times;
    expect(times).toHaveLength(quantity);
    expect(times.map((at, index) => at - first >= index * 333)).toEqual(times.map(() => true));
  });

  test("is estimated and not registered by a dry run, which nobody has to approve", async () => {
    const world = await createBatchWorld(database.url, { issuers: [manifest.ca] });
    const id = await world.push(manifest.bytes, { profile: "lamp", dryRun: true });
    await world.drain();
    const told = await world.useCases.show(acme, id);
    expect(told).toMatchObject({ status: "completed", onboardingSeconds: 5 });
    expect([told.approval, told.registration]).toEqual([undefined, undefined]);
    expect(world.preregistered).toEqual([]);
  });

  test("needs no approval and registers nothing where devices register themselves", async () => {
    const world = await createBatchWorld(database.url, { issuers: [manifest.ca] });
    const id = await world.push(manifest.bytes);
    await world.drain();
    expect(await world.useCases.show(acme, id)).toMatchObject({ status: "completed" });
    expect(world.preregistered).toEqual([]);
  });
});

describe("the registering in advance", () => {
  test("stands back while first connects are in the way, and goes on after", async () => {
    let asked = 0;
    const seen: number[] = [];
    const { world, id } = await landed({
      limits: oneAtATime,
      preregistration: {
        isInTheWay: async () => {
          asked += 1;
          return asked > 5 && asked < 9;
        },
        preregister: async () => {
          seen.push(asked);
          return "registered";
        },
      },
    });
    expect(seen.length).toBeLessThan(8);
    expect(await registrationOf(world, id)).toMatchObject({ registered: seen.length });
    await drainInTime(world);
    // None was begun while something was in the way.
    expect(seen.filter((at) => at > 5 && at < 9)).toEqual([]);
    expect(await registrationOf(world, id)).toMatchObject({ registered: quantity, refused: 0 });
  });

  test("counts what is kept out", async () => {
    let count = 0;
    const preregister = async () => {
      count += 1;
      return count % 2 === 0 ? ("refused" as const) : ("registered" as const);
    };
    const { world, id } = await landed({ preregistration: { preregister } });
    expect(await registrationOf(world, id)).toEqual({
      total: quantity,
      registered: quantity / 2,
      refused: quantity / 2,
      failed: 0,
      secondsLeft: 0,
    });
  });

  test("does the others though one fails again and again, and says how many failed", async () => {
    const done = new Set<string>();
    let failing: string | undefined;
    let tries = 0;
    const { world, id } = await landed({
      preregistration: {
        preregister: async (certificateId) => {
          failing ??= certificateId;
          if (certificateId === failing) {
            tries += 1;
            throw new Error("never");
          }
          done.add(certificateId);
          return "registered";
        },
      },
    });
    await drainInTime(world);
    expect(done.size).toBe(quantity - 1);
    expect(tries).toBe(11);
    expect(await registrationOf(world, id)).toMatchObject({
      registered: quantity - 1,
      failed: 1,
    });
  });

  test("ends with a recall, and begins anew with its release", async () => {
    let registered = 0;
    let recalled = false;
    const { world, id } = await landed({
      limits: oneAtATime,
      preregistration: {
        isInTheWay: async () => registered === 7 && !recalled,
        preregister: async () => {
          registered += 1;
          return "registered";
        },
      },
    });
    expect(registered).toBe(7);
    await world.useCases.recall(operator, id, "wrong keys");
    recalled = true;
    registered = 0;
    await drainInTime(world);
    expect(registered).toBe(0);
    await world.useCases.release(operator, id, "right keys");
    await drainInTime(world);
    expect(registered).toBe(quantity);
    expect(await registrationOf(world, id)).toMatchObject({ registered: quantity });
  });

  test("waits while its manufacturer is suspended", async () => {
    const { world, id } = await landed({ preregistration: { isInTheWay: async () => true } });
    expect(world.preregistered).toEqual([]);
    world.suppliers["acme"] = { status: "suspended" };
    const [waiting] = world.queued.filter(({ delaySeconds }) => delaySeconds === 5);
    await world.handle(waiting?.message ?? {});
    expect(world.queued.at(-1)).toMatchObject({ delaySeconds: 900 });
    expect(await registrationOf(world, id)).toMatchObject({ registered: 0 });
  });

  test("of two batches at once takes turns: who does not hold the lane waits", async () => {
    let running = 0;
    let most = 0;
    const { world } = await landed({
      limits: oneAtATime,
      preregistration: {
        isInTheWay: async () => true,
        preregister: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise(setImmediate);
          running -= 1;
          return "registered";
        },
      },
    });
    const second = await world.push(makeSecond.bytes, { profile: "lamp" });
    await world.drain();
    await world.useCases.approve(operator, second, 6);
    await world.drain();
    const messages = world.queued.splice(0).map(({ message }) => message);
    await Promise.all(messages.map((message) => world.handle(message)));
    expect(most).toBeLessThanOrEqual(1);
  });
});

describe("messages of the registering in advance that come twice, to workers that are killed", () => {
  class Killed extends Error {}
  test.for([1, 2, 3, 4])("register each certificate, seed %i", async (seed) => {
    const random = createRandom(seed);
    const done: string[] = [];
    let started = false;
    let lifeLeft = Number.POSITIVE_INFINITY;
    const live = () => {
      lifeLeft -= 1;
      if (lifeLeft < 0) throw new Killed();
    };
    const { world, id } = await landed({
      preregistration: {
        isInTheWay: async () => {
          live();
          return !started;
        },
        preregister: async (certificateId) => {
          live();
          done.push(certificateId);
          live();
          return "registered";
        },
      },
    });
    const { deps } = world;
    const wrap = <Given extends readonly unknown[], Answer>(
      call: (...given: Given) => Promise<Answer>,
    ) => {
      return async (...given: Given) => {
        live();
        const answer = await call(...given);
        live();
        return answer;
      };
    };
    const handle = createHandleBatchMessage({
      ...deps,
      takeLane: wrap(deps.takeLane),
      leaveLane: wrap(deps.leaveLane),
      writePreregistration: wrap(deps.writePreregistration),
      queue: { send: wrap((...given) => deps.queue.send(...given)) },
    });
    started = true;
    let kills = 0;
    await drainInTime(
      world,
      async (message) => {
        for (const again of [true, false]) {
          const dies = again && kills < 4;
          lifeLeft = dies ? Math.ceil(random() * 24) : Number.POSITIVE_INFINITY;
          await handle(message).catch((error: unknown) => {
            if (!(error instanceof Killed)) throw error;
            kills += 1;
          });
        }
      },
      2_000,
    );
    expect(new Set(done).size).toBe(quantity);
    expect(await registrationOf(world, id)).toMatchObject({ registered: quantity, failed: 0 });
    expect(kills).toBeGreaterThan(0);
  });
});
