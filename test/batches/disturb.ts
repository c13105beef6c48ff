import type { BatchDeps } from "../../src/batches/batch-deps.ts";
import { createHandleBatchMessage } from "../../src/batches/handle-batch-message.ts";

/** Numbers in [0, 1) that come again with the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

class Killed extends Error {
  override readonly name = "Killed";
}

const workers = 3;
/** Calls after which a worker is killed, of those that are. */
const longestLife = 20;
const maxDeliveries = 5_000;

/**
 * Works through messages as the worst queue would: each comes twice, in any order, to workers that are
 * killed after any call, before it takes effect or after. What a killed worker had is delivered again.
 *
 * @returns how often a worker was killed.
 */
export async function workDisturbed(
  deps: BatchDeps,
  first: readonly object[],
  random: () => number,
): Promise<number> {
  const waiting: object[] = [...first, ...first];
  let busy = 0;
  let kills = 0;
  let deliveries = 0;
  const queue: BatchDeps["queue"] = {
    send: async (message) => {
      waiting.push(message, message);
    },
  };
  const deliver = async (message: object): Promise<void> => {
    deliveries += 1;
    if (deliveries > maxDeliveries) throw new Error("There is no end to the messages.");
    busy += 1;
    try {
      await createHandleBatchMessage(mortal({ ...deps, queue }, random))(message);
    } catch (error) {
      if (!(error instanceof Killed) && !isOvertaken(error)) throw error;
      kills += 1;
      waiting.push(message);
    } finally {
      busy -= 1;
    }
  };
  const lane = async (): Promise<void> => {
    while (waiting.length > 0 || busy > 0) {
      const [message] = waiting.splice(Math.floor(random() * waiting.length), 1);
      await (message ? deliver(message) : new Promise(setImmediate));
    }
  };
  await Promise.all(Array.from({ length: workers }, lane));
  return kills;
}

/**
 * A slow worker finds what it wants to read deleted by those who have finished, or its part with
 * somebody else: its message comes again.
 */
function isOvertaken(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "OBJECT_MISSING" || code === "STATE_CHANGED";
}

/** A worker's own deps, of which none answers any more once its life is over. */
function mortal(deps: BatchDeps, random: () => number): BatchDeps {
  let left = random() < 0.5 ? Number.POSITIVE_INFINITY : Math.ceil(random() * longestLife);
  const wrap =
    <Given extends readonly unknown[], Answer>(call: (...given: Given) => Promise<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      left -= 1;
      if (left < 0 || (left === 0 && random() < 0.5)) throw new Killed();
      const answer = await call(...given);
      if (left <= 0) throw new Killed();
      return answer;
    };
  const { objects, queue } = deps;
  return {
    ...deps,
    readBatch: wrap(deps.readBatch),
    writeBatch: wrap(deps.writeBatch),
    readParts: wrap(deps.readParts),
    writePart: wrap(deps.writePart),
    noteSent: wrap(deps.noteSent),
    readClaims: wrap(deps.readClaims),
    readIdHolders: wrap(deps.readIdHolders),
    addEntries: wrap(async (entries, landing) => {
      // Many are several transactions, of which some may have been written.
      const written = left <= 0 ? entries.slice(0, Math.floor(random() * entries.length)) : entries;
      return deps.addEntries(written, landing);
    }),
    heal: wrap(deps.heal),
    objects: {
      ...objects,
      read: wrap((...given) => objects.read(...given)),
      write: wrap((...given) => objects.write(...given)),
      delete: wrap((...given) => objects.delete(...given)),
    },
    queue: { send: wrap((...given) => queue.send(...given)) },
  };
}
