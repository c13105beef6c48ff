import { hash, randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { startDatabase } from "../support/database.ts";
import { createRandom, workDisturbed } from "./disturb.ts";
import { acme, type BatchWorld, createBatchWorld, makeManifest, operator } from "./support.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

const rounds = 2;
const seeds = Array.from({ length: rounds }, () => randomInt(2 ** 31));

describe("messages that come twice and in any order, to workers that are killed at any point", () => {
  const manifest = makeManifest("csv", 120, [
    "expired",
    "other-ca",
    "unreadable",
    "duplicate-leaf",
    "duplicate-id",
  ]);

  async function run(work: (world: BatchWorld) => Promise<unknown>, shared: boolean) {
    const world = await createBatchWorld(database.url, { issuers: [manifest.ca] });
    if (shared) {
      const issuer = hash("sha256", manifest.ca, "hex");
      world.suppliers["acme"] = { sharedIssuers: new Set([issuer]) };
    }
    const id = await world.push(manifest.bytes, { idempotencyKey: "delivery 7" });
    await work(world);
    if (shared) {
      await world.useCases.approve(operator, id, 115);
      await work(world);
    }
    const { rows } = await world.useCases.listErrors(acme, id, { limit: 1000 });
    const view = await world.useCases.show(acme, id);
    const files = world.objects
      .keys()
      .map((key) => [key, hash("sha256", world.objects.get(key) ?? "", "hex")] as const)
      .filter(([key]) => !/\/(checked|names|repeats)\//.test(key));
    return { ...(await world.ledger()), rows, view, files };
  }

  for (const shared of [false, true]) {
    const name = shared ? "with an approval in between" : "straight through";
    test.for(seeds)(`end in the ledger of the undisturbed run, ${name}: seed %i`, async (seed) => {
      const random = createRandom(seed);
      let kills = 0;
      const [disturbed, undisturbed] = [
        await run(async (world) => {
          const first = world.queued.splice(0).filter(({ delaySeconds }) => delaySeconds === 0);
          const messages = first.map(({ message }) => message);
          kills += await workDisturbed(world.deps, messages, random);
        }, shared),
        await run((world) => world.drain(), shared),
      ];
      expect(disturbed).toEqual(undisturbed);
      expect(disturbed.view.counts).toEqual({
        rows: 120,
        added: 115,
        known: 1,
        refused: 4,
        warnings: 1,
      });
      expect(kills).toBeGreaterThan(5);
    });
  }
});
