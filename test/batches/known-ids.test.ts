import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAddEntry } from "../../src/aws/dynamodb/entry-store.ts";
import type { OpenBatch } from "../../src/batches/batch-use-cases.ts";
import { createHandleBatchMessage } from "../../src/batches/handle-batch-message.ts";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { maxIdHolders } from "../../src/rules/batch/id-holder.ts";
import { createEntry } from "../support/create-entry.ts";
import { startDatabase } from "../support/database.ts";
import { createRandom, workDisturbed } from "./disturb.ts";
import {
  acme,
  type BatchWorld,
  createBatchWorld,
  makeManifest,
  operator,
  other,
} from "./support.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

const { bytes, ca } = makeManifest("ndjson", 60);
const certificates = bytes
  .toString()
  .trim()
  .split("\n")
  .map((line) => (JSON.parse(line) as { readonly certificate: string }).certificate);

/** A device's id, and which of the certificates it has. */
type Row = readonly [deviceId: string | undefined, certificate: number];

interface Push extends Partial<OpenBatch> {
  readonly rows: readonly Row[];
  readonly by?: typeof acme;
  readonly recalled?: boolean;
}

interface Case {
  readonly name: string;
  readonly earlier: readonly Push[];
  readonly push: Push;
  /** Which of the earlier pushes are named, in the order of the rows. */
  readonly warned?: readonly number[];
  readonly counts: object;
}

const added = { added: 1, known: 0, refused: 0 };
const first: Push = { rows: [["d-1", 0]] };
const again: Push = { rows: [["d-1", 1]] };

const cases: readonly Case[] = [
  {
    name: "with another certificate is warned of",
    earlier: [first],
    push: again,
    warned: [0],
    counts: added,
  },
  {
    name: "spelt in another case is warned of",
    earlier: [{ rows: [["SN-00aB", 0]] }],
    push: { rows: [["sn-00Ab", 1]] },
    warned: [0],
    counts: added,
  },
  {
    name: "that is a hardware address with other separators is warned of",
    earlier: [{ rows: [["AA:BB:CC:00:11:22", 0]] }],
    push: { rows: [["aabb.cc00.1122", 1]] },
    warned: [0],
    counts: added,
  },
  {
    name: "is looked for row by row",
    earlier: [
      {
        rows: [
          ["d-1", 0],
          ["d-2", 1],
        ],
      },
    ],
    push: {
      rows: [
        ["d-3", 2],
        ["d-2", 3],
        [undefined, 4],
        ["d-1", 5],
      ],
    },
    warned: [0, 0],
    counts: { added: 4, known: 0, refused: 0 },
  },
  {
    name: "of a dry run is warned of",
    earlier: [first],
    push: { ...again, dryRun: true },
    warned: [0],
    counts: added,
  },
  {
    name: "of two batches is warned of with the later",
    earlier: [first, again],
    push: { rows: [["d-1", 2]] },
    warned: [1],
    counts: added,
  },
  {
    name: "of a batch that stands is warned of, though a later one was recalled",
    earlier: [first, { ...again, recalled: true }],
    push: { rows: [["d-1", 2]] },
    warned: [0],
    counts: added,
  },
  {
    name: "that another certificate took over is warned of when the first comes again",
    earlier: [first, again],
    push: { ...first, profile: "gateway" },
    warned: [1],
    counts: added,
  },
  {
    name: "of a recalled batch is nothing to warn of",
    earlier: [{ ...first, recalled: true }],
    push: again,
    counts: added,
  },
  {
    name: "of another manufacturer is nothing to warn of",
    earlier: [{ ...first, by: other }],
    push: again,
    counts: added,
  },
  {
    name: "of a manufacturer is nothing to warn another of",
    earlier: [first],
    push: { ...again, by: other },
    counts: added,
  },
  {
    name: "of an earlier dry run is nothing to warn of",
    earlier: [{ ...first, dryRun: true }],
    push: again,
    counts: added,
  },
  {
    name: "with the same certificate is known",
    earlier: [first],
    push: first,
    counts: { added: 0, known: 1, refused: 0 },
  },
  {
    name: "with the same certificate under another profile is nothing to warn of",
    earlier: [first],
    push: { ...first, profile: "gateway" },
    counts: added,
  },
  {
    name: "of a row that is refused is not warned of too",
    earlier: [first, { rows: [["d-2", 1]] }],
    push: { rows: [["d-1", 1]] },
    counts: { added: 0, known: 0, refused: 1 },
  },
];

async function land(world: BatchWorld, { rows, by = acme, recalled, ...request }: Push) {
  const id = await world.push(toNdjson(rows), request, by);
  await world.drain();
  world.advance(60_000);
  if (recalled) await world.useCases.recall(operator, id, "wrong keys");
  if (recalled) await world.drain();
  return id;
}

function toNdjson(rows: readonly Row[]): Buffer {
  const lines = rows.map(([deviceId, at]) =>
    JSON.stringify({ certificate: certificates[at], deviceId, attributes: { lot: "7" } }),
  );
  return Buffer.from(`${lines.join("\n")}\n`);
}

async function readReport(world: BatchWorld, id: string) {
  const { rows } = await world.useCases.listErrors(operator, id, { limit: 1_000 });
  return { rows, view: await world.useCases.show(operator, id) };
}

describe("an id that an earlier batch has", () => {
  test.for(cases)("$name", async ({ earlier, push, warned = [], counts }) => {
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const ids: string[] = [];
    for (const each of earlier) ids.push(await land(world, each));
    const id = await land(world, push);
    const { rows, view } = await readReport(world, id);
    expect(view.counts).toEqual({ rows: push.rows.length, ...counts, warnings: warned.length });
    const known = rows.filter(({ code }) => code === "DEVICE_ID_KNOWN");
    expect(known).toHaveLength(warned.length);
    for (const [at, row] of known.entries()) {
      const spelt = JSON.stringify(row.deviceId);
      const named = `${spelt} with another certificate, of batch ${ids[warned[at] ?? 0]}.`;
      expect(row).toMatchObject({ severity: "warning", message: expect.stringContaining(named) });
    }
  });

  test("is found when it came by an import", async () => {
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const subject = { certificateId: "ab".repeat(32) };
    const imported = createEntry({ batch: "i-1", deviceId: "D-1" });
    await createAddEntry(world.tables)(subject, imported);
    const { rows } = await readReport(world, await land(world, first));
    expect(rows).toMatchObject([
      { code: "DEVICE_ID_KNOWN", message: expect.stringContaining("batch i-1.") },
    ]);
  });

  test("is noted of no more batches than tell something new", async () => {
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const holders = Array.from({ length: maxIdHolders }, (_, at) => ({
      certificateId: "ab".repeat(32),
      batch: `i-${at}`,
      since: "2026-04-01T00:00:00.000Z",
    }));
    const noted: (string | undefined)[] = [];
    const crowded = createHandleBatchMessage({
      ...world.deps,
      readIdHolders: async () => new Map([["d-1", holders]]),
      addEntries: async (entries, landing) => {
        noted.push(...entries.map(({ heldId }) => heldId));
        return world.deps.addEntries(entries, landing);
      },
    });
    const id = await world.push(
      toNdjson([
        ["d-1", 0],
        ["d-2", 1],
      ]),
    );
    for (let next = world.queued.shift(); next; next = world.queued.shift()) {
      if (next.delaySeconds === 0) await crowded(next.message);
    }
    expect(noted).toEqual([undefined, "d-2"]);
    expect((await readReport(world, id)).view.counts).toMatchObject({ added: 2, warnings: 1 });
  });
});

describe("messages that come twice and in any order, to workers that are killed at any point", () => {
  const count = 24;
  /** Every other id is an earlier batch's, every third row is without one. */
  const toId = (at: number) => (at % 3 === 2 ? undefined : `d-${at % 2 === 0 ? at : at + 100}`);

  async function run(work: (world: BatchWorld) => Promise<unknown>) {
    const world = await createBatchWorld(database.url, {
      issuers: [ca],
      limits: { partRecords: 8 },
    });
    const rowsOf = (from: number): readonly Row[] =>
      Array.from({ length: count }, (_, at) => [from === 0 ? `D-${at}` : toId(at), from + at]);
    await land(world, { rows: rowsOf(0) });
    const id = await world.push(toNdjson(rowsOf(count)), { idempotencyKey: "delivery 8" });
    await work(world);
    return { ...(await world.ledger()), ...(await readReport(world, id)) };
  }

  test.for([randomInt(2 ** 31)])(
    "end in the warnings of the undisturbed run: seed %i",
    async (seed) => {
      const random = createRandom(seed);
      const disturbed = await run(async (world) => {
        const now = world.queued.splice(0).filter(({ delaySeconds }) => delaySeconds === 0);
        const messages = now.map(({ message }) => message);
        expect(await workDisturbed(world.deps, messages, random)).toBeGreaterThan(0);
      });
      expect(disturbed).toEqual(await run((world) => world.drain()));
      expect(disturbed.view.counts).toEqual({
        rows: count,
        added: count,
        known: 0,
        refused: 0,
        warnings: 8,
      });
    },
  );
});
