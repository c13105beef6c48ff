import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BatchUseCases, BatchViewer } from "../../src/batches/batch-use-cases.ts";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { startDatabase } from "../support/database.ts";
import {
  acme,
  auditor,
  type BatchWorld,
  createBatchWorld,
  makeManifest,
  operator,
  other,
  toRequest,
} from "./support.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

describe("another manufacturer's batch", () => {
  const uses: Readonly<
    Record<keyof Omit<BatchUseCases, "open" | "list">, (use: BatchUseCases, id: string) => unknown>
  > = {
    show: (use, id) => use.show(other, id),
    listErrors: (use, id) => use.listErrors(other, id, { limit: 1 }),
    createReport: (use, id) => use.createReport(other, id, "csv"),
    recall: (use, id) => use.recall(other, id, "mine"),
    approve: (use, id) => use.approve(other, id, 3),
    release: (use, id) => use.release(other, id, "mine"),
    readYield: (use, id) => use.readYield(other, id),
  };
  test.for(Object.entries(uses))("is unknown to %s", async ([, use]) => {
    const { bytes, ca } = makeManifest("csv", 3);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const id = await world.push(bytes);
    await world.drain();
    const before = await world.ledger();
    await expect(use(world.useCases, id)).rejects.toMatchObject({ code: "BATCH_UNKNOWN" });
    expect(await world.ledger()).toEqual(before);
  });
});

describe("the list of batches", () => {
  test("is newest first, in pages, and shows a manufacturer its own only", async () => {
    const { bytes, ca } = makeManifest("csv", 3);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const { useCases } = world;
    for (const viewer of [acme, other, acme, acme]) {
      await useCases.open(viewer, toRequest(bytes));
      world.advance(1);
    }
    const ids = async (viewer: BatchViewer, page: object) => {
      const { batches, cursor } = await useCases.list(viewer, { limit: 10, ...page });
      return { ids: batches.map(({ id }) => id), cursor };
    };
    expect((await ids(acme, {})).ids).toEqual(["b-4", "b-3", "b-1"]);
    expect((await ids(operator, {})).ids).toEqual(["b-4", "b-3", "b-2", "b-1"]);
    expect((await ids(auditor, { manufacturer: "other" })).ids).toEqual(["b-2"]);
    expect((await ids(acme, { manufacturer: "other" })).ids).toEqual([]);
    const { cursor, ...first } = await ids(acme, { limit: 2 });
    expect(first.ids).toEqual(["b-4", "b-3"]);
    expect((await ids(acme, { limit: 2, cursor })).ids).toEqual(["b-1"]);
    // A cursor leads into no other's list.
    await expect(ids(other, { cursor })).rejects.toMatchObject({ code: "REQUEST_INVALID" });
    await expect(ids(other, { cursor: "?" })).rejects.toMatchObject({ code: "REQUEST_INVALID" });
  });
});

describe("the rows of a batch", () => {
  test("come in pages that miss none and repeat none", async () => {
    const { bytes } = makeManifest("csv", 70, ["unreadable"]);
    const world = await createBatchWorld(database.url, { issuers: [] });
    const id = await world.push(bytes);
    await world.drain();
    const records: number[] = [];
    let cursor: string | undefined;
    do {
      const page = { limit: 9, ...(cursor !== undefined && { cursor }) };
      const listed = await world.useCases.listErrors(acme, id, page);
      records.push(...listed.rows.map(({ record }) => record));
      cursor = listed.cursor;
    } while (cursor !== undefined);
    expect(records).toEqual(Array.from({ length: 70 }, (_, index) => index + 1));
  });

  test("come in pages that miss none while the batch goes on", async () => {
    const { bytes, ca } = makeManifest("csv", 60, ["expired", "other-ca", "duplicate-leaf"]);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const before = await world.push(bytes, { profile: "gateway" });
    await world.drain();
    await world.useCases.recall(acme, before, "so that more is refused when it lands");
    await world.drain();
    const id = await world.push(bytes);
    const isLanding = () =>
      world.queued.some(({ message }) => "step" in message && message.step === "land");
    while (!isLanding()) await world.handle(world.queued.pop()?.message);
    const first = await world.useCases.listErrors(acme, id, { limit: 1 });
    await world.drain();
    const found = [...first.rows];
    for (let at = first.cursor; at !== undefined; ) {
      const page = await world.useCases.listErrors(acme, id, { limit: 1, cursor: at });
      found.push(...page.rows);
      at = page.cursor;
    }
    const { rows } = await world.useCases.listErrors(acme, id, { limit: 100 });
    const records = (list: typeof rows) => new Set(list.map(({ record }) => record));
    expect(rows.length).toBeGreaterThan(50);
    expect(records(found)).toEqual(records(rows));
  });

  test("make a report that no spreadsheet takes for formulas", async () => {
    const text = `id,cert\n=cmd|' /C calc'!A0,hello\n"+a,""b""",\n`;
    const world = await createBatchWorld(database.url, { issuers: [] });
    const id = await world.push(Buffer.from(text));
    await world.drain();
    expect(await world.useCases.createReport(acme, id, "csv")).toBe(`memory:acme/${id}/report.csv`);
    const report = world.objects.get(`acme/${id}/report.csv`)?.toString() ?? "";
    const [header, ...rows] = report.trimEnd().split("\n");
    expect(header).toBe(
      "record,severity,code,field,message,certificateId,deviceId,entry,entryRecord",
    );
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row).not.toMatch(/(^|,)"?[=+@-]/);
    await world.useCases.createReport(acme, id, "ndjson");
    const lines = world.objects.get(`acme/${id}/report.ndjson`)?.toString().trimEnd().split("\n");
    expect(lines?.map((line) => JSON.parse(line).record)).toEqual([1, 2]);
  });

  test.for<[string, string]>([
    ["x;=1+1;", "x;'=1+1;"],
    ["x| @y", "x| '@y"],
    ["a-b; c=d", "a-b; c=d"],
  ])("make a report safe where other things than commas part cells: %j", async ([id, safe]) => {
    const sample = makeManifest("csv", 1).bytes.toString();
    const manifest = sample.replace("sensor-0000001", () => id);
    const world = await createBatchWorld(database.url, { issuers: [] });
    const batch = await world.push(Buffer.from(manifest));
    await world.drain();
    await world.useCases.createReport(acme, batch, "csv");
    const report = world.objects.get(`acme/${batch}/report.csv`)?.toString() ?? "";
    expect(report.trimEnd().split(",").at(-3)?.replaceAll('"', "")).toBe(safe);
  });
});

test("a report that is asked for before the end is not in the way of the final one", async () => {
  const { bytes } = makeManifest("csv", 3, ["unreadable"]);
  const world = await createBatchWorld(database.url, { issuers: [] });
  const id = await world.push(bytes);
  const early = await world.useCases.createReport(acme, id, "csv");
  expect(early).toBe(`memory:acme/${id}/report.so-far.csv`);
  expect(world.objects.get(`acme/${id}/report.csv`)).toBeUndefined();
  await world.drain();
  expect(await world.useCases.createReport(acme, id, "csv")).toBe(`memory:acme/${id}/report.csv`);
  const final = world.objects.get(`acme/${id}/report.csv`)?.toString() ?? "";
  expect(final.trimEnd().split("\n")).toHaveLength(4);
});

/** Works a batch through. @returns its progress after each message. */
async function watchProgress(world: BatchWorld, id: string): Promise<readonly number[]> {
  const seen: number[] = [];
  while (world.queued.length > 0) {
    const [next] = world.queued.splice(0, 1);
    if (next?.delaySeconds === 0) await world.handle(next.message);
    seen.push((await world.useCases.show(acme, id)).progress);
  }
  return seen;
}

describe("the progress of a batch", () => {
  test("moves forward to 1 while parts are done", async () => {
    const { bytes, ca } = makeManifest("csv", 100);
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const id = await world.push(bytes);
    const seen = await watchProgress(world, id);
    expect(seen).toEqual(seen.toSorted((one, two) => one - two));
    expect(new Set(seen).size).toBeGreaterThan(10);
    expect(seen.at(-1)).toBe(1);
  });

  test("moves all the while when the manifest came compressed", async () => {
    const { bytes, ca } = makeManifest("pem", 100);
    const packed = gzipSync(Buffer.concat([bytes, Buffer.alloc(bytes.length, "\n")]));
    const world = await createBatchWorld(database.url, { issuers: [ca] });
    const id = await world.push(packed);
    const seen = await watchProgress(world, id);
    expect(seen).toEqual(seen.toSorted((one, two) => one - two));
    expect(new Set(seen).size).toBeGreaterThan(10);
  });

  test("moves within a part that takes long", async () => {
    const { bytes, ca } = makeManifest("csv", 200);
    const world = await createBatchWorld(database.url, {
      issuers: [ca],
      limits: { partRecords: 1_000 },
    });
    const id = await world.push(bytes);
    const seen: number[] = [];
    const { writePart } = world.deps;
    Object.assign(world.deps, {
      now: () => {
        world.advance(700);
        return new Date(world.nowMs());
      },
      writePart: async (...given: Parameters<typeof writePart>) => {
        const written = await writePart(...given);
        seen.push((await world.useCases.show(acme, id)).progress);
        return written;
      },
    });
    await world.drain();
    expect(seen).toEqual(seen.toSorted((one, two) => one - two));
    // Neither at the beginning nor at the end of reading or of landing.
    expect(seen.some((progress) => progress > 0.1 && progress < 0.5)).toBe(true);
  });
});
