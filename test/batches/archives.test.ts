import { hash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BatchDeps } from "../../src/batches/batch-deps.ts";
import type { OpenBatch } from "../../src/batches/batch-use-cases.ts";
import { createHandleBatchMessage } from "../../src/batches/handle-batch-message.ts";
import { infineonSample } from "../../src/formats/archive/infineon-sample.ts";
import { writeSevenZip } from "../../src/formats/archive/write-seven-zip.ts";
import { writeZip, type ZipFileSpec } from "../../src/formats/archive/write-zip.ts";
import { zipSample } from "../../src/formats/archive/zip-sample.ts";
import { createSample } from "../../src/formats/sample/create-sample.ts";
import type { SampleFormat } from "../../src/formats/sample/sample-format.ts";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { startDatabase } from "../support/database.ts";
import { createRandom, workDisturbed } from "./disturb.ts";
import { acme, type BatchWorld, createBatchWorld, makeManifest } from "./support.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

function make(format: SampleFormat, devices: number) {
  const { chunks, pki } = createSample({
    format,
    count: devices,
    now: new Date("2026-05-01T00:00:00Z"),
  });
  return { bytes: Buffer.concat([...chunks]), ca: pki.ca.der };
}

const pack = (...files: readonly ZipFileSpec[]) => Buffer.concat([...writeZip(files)]);
const count = 24;
const bundle = make(infineonSample, count);
const files = make(zipSample, count);

interface Delivery {
  readonly bytes: Buffer;
  readonly ca: Buffer;
}

const open = ({ ca }: Pick<Delivery, "ca">) => createBatchWorld(database.url, { issuers: [ca] });

async function push({ bytes, ca }: Delivery, request: Partial<OpenBatch> = {}) {
  const world = await open({ ca });
  const id = await world.push(bytes, { fileName: "delivery", ...request });
  await world.drain();
  return { world, id, view: await world.useCases.show(acme, id) };
}

const restOf = (world: BatchWorld) =>
  world.objects.keys().filter((key) => !/plan|rows|report/.test(key));

describe("an archive that is pushed", () => {
  test("is unpacked once, and lands in parts", async () => {
    const { world, id, view } = await push(files);
    expect(view).toMatchObject({
      status: "completed",
      format: "archive",
      counts: { rows: count, added: count, known: 0, refused: 0, warnings: 0 },
    });
    expect(await world.deps.readParts(id)).toHaveLength(2);
    // Not all that is in an archive is looked into, so it is not kept.
    expect(restOf(world)).toEqual([`acme/${id}/transcript`]);
    expect(JSON.stringify(await world.ledger())).toContain("sensor-0000024");
  });

  test("as a vendor's bundle gives each chip once, and is deleted for the keys in it", async () => {
    const { world, id, view } = await push(bundle);
    expect(view).toMatchObject({
      status: "completed",
      format: "infineon",
      counts: { rows: count, added: count, refused: 0 },
    });
    expect(restOf(world)).toEqual([`acme/${id}/transcript`]);
    // As S3 may announce it again.
    await world.handle({ step: "inspect", batch: id });
    await world.drain();
    expect((await world.useCases.show(acme, id)).status).toBe("completed");
  });

  test("gives the data object that is asked for, or fails and names those that are there", async () => {
    const { view, world } = await push(bundle, { dataObject: "E0E1" });
    expect(view).toMatchObject({ status: "completed", counts: { added: count } });
    const others = await world.push(bundle.bytes, { dataObject: "E0E2" });
    await world.drain();
    // The same chips, with other certificates.
    expect((await world.useCases.show(acme, others)).counts).toMatchObject({
      added: count,
      known: 0,
    });
    const failed = await push(bundle, { dataObject: "E0E3" });
    expect(failed.view.problem).toEqual({
      code: "DATA_OBJECT_MISSING",
      message:
        "delivery has no certificates of data object E0E3; it has those of E0E0, E0E1, E0E2.",
    });
    expect(restOf(failed.world)).toEqual([]);
  });

  test("says of each row that is refused in which file it is, and where in it", async () => {
    const defects = ["expired", "duplicate-leaf"] as const;
    const { bytes, ca } = makeManifest("csv", 60, [...defects]);
    const archive = pack(
      { name: "lot/a.csv", content: bytes },
      { name: "lot/b.pem", content: "hello" },
    );
    const { world, id, view } = await push({ bytes: archive, ca });
    expect(view.counts).toEqual({ rows: 61, added: 58, known: 1, refused: 2, warnings: 1 });
    const { rows } = await world.useCases.listErrors(acme, id, { limit: 10 });
    expect(rows).toMatchObject([
      { record: 21, entry: "lot/a.csv", entryRecord: 21, code: "CERTIFICATE_EXPIRED" },
      { record: 41, entry: "lot/a.csv", entryRecord: 41, code: "CERTIFICATE_TWICE" },
      { record: 61, entry: "lot/b.pem", code: "ENTRY_UNREADABLE" },
    ]);
    const report = world.objects.get(`acme/${id}/report.csv`)?.toString() ?? "";
    expect(report.split(/\r?\n/)[0]).toMatch(/,entry,entryRecord$/);
    expect(report).toContain(",lot/a.csv,21");
  });

  test("is asked for twice with one key, and is one batch only of the same data object", async () => {
    const world = await open(bundle);
    const request = { idempotencyKey: "reel 1", dataObject: "E0E1" } as const;
    const id = await world.push(bundle.bytes, request);
    expect(await world.push(bundle.bytes, request)).toBe(id);
    await expect(
      world.push(bundle.bytes, { idempotencyKey: "reel 1", dataObject: "E0E2" }),
    ).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
  });
});

describe("an archive that is not to be taken", () => {
  const key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0w\n";
  const many = Array.from({ length: 60 }, (_, at) => ({
    name: `${at}.txt`,
    content: files.bytes,
  }));
  const cases: readonly (readonly [string, Buffer, string])[] = [
    [
      "with a private key at its end",
      pack(...many, { name: "key.pem", content: key }),
      "PRIVATE_KEY_REFUSED",
    ],
    [
      "7z with a private key",
      writeSevenZip([{ name: "key.pem", content: key }]),
      "PRIVATE_KEY_REFUSED",
    ],
    ["that is damaged", files.bytes.subarray(100), "MANIFEST_UNREADABLE"],
    ["that is cut short", Buffer.concat([files.bytes.subarray(0, 3_000)]), "ARCHIVE_DAMAGED"],
    ["that is a bomb", pack({ name: "0", content: Buffer.alloc(1e7) }), "ARCHIVE_BOMB"],
  ];
  test.for(cases)("%s fails the batch, and nothing of it is kept", async ([, bytes, code]) => {
    const { world, view } = await push({ bytes, ca: files.ca });
    expect(view).toMatchObject({ status: "failed", problem: { code } });
    expect(world.objects.keys()).toEqual([]);
    expect(JSON.stringify(await world.ledger())).not.toContain("CERT#");
  });

  test("because it is not what was announced says so first", async () => {
    const world = await open(files);
    const id = await world.push(files.bytes);
    world.objects.put(`acme/${id}/manifest`, files.bytes.subarray(0, -30));
    await world.drain();
    expect((await world.useCases.show(acme, id)).problem?.code).toBe("UPLOAD_MISMATCH");
  });
});

describe("a worker that is killed while it unpacks", () => {
  class Killed extends Error {}

  async function* endAfter(
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    count: number,
  ) {
    let left = count;
    for await (const chunk of chunks) {
      if (left === 0) throw new Killed();
      left -= 1;
      yield chunk;
    }
    throw new Killed();
  }

  async function outcome(world: BatchWorld, id: string) {
    const hashes = world.objects.keys().map((name) => {
      return [name, hash("sha256", world.objects.get(name) ?? "", "hex")];
    });
    const { rows } = await world.useCases.listErrors(acme, id, { limit: 100 });
    return { hashes, rows, ...(await world.ledger()), view: await world.useCases.show(acme, id) };
  }

  const deliveries: readonly (readonly [string, Delivery])[] = [
    ["a ZIP", files],
    ["a bundle", bundle],
  ];
  for (const [name, delivery] of deliveries) {
    test(`of ${name} leaves what the next one needs, wherever that was`, async () => {
      const whole = await open(delivery);
      const wholeId = await whole.push(delivery.bytes);
      await whole.drain();
      const world = await open(delivery);
      const id = await world.push(delivery.bytes);
      const { objects } = world.deps;
      const deaths: readonly Partial<BatchDeps["objects"]>[] = [
        { write: (to, chunks) => objects.write(to, endAfter(chunks, 0)) },
        { write: (to, chunks) => objects.write(to, endAfter(chunks, 1_000)) },
        { read: async (from, range) => endAfter(await objects.read(from, range), 1) },
        {
          write: async (to, chunks) => {
            await objects.write(to, chunks);
            throw new Killed();
          },
        },
      ];
      for (const death of deaths) {
        const dying = createHandleBatchMessage({
          ...world.deps,
          objects: { ...objects, ...death },
        });
        await expect(dying({ step: "inspect", batch: id })).rejects.toThrow(Killed);
      }
      await world.drain();
      expect(await outcome(world, id)).toEqual(await outcome(whole, wholeId));
    });
  }

  test("with messages twice and out of order, changes nothing", async () => {
    const [disturbed, undisturbed] = await Promise.all([open(bundle), open(bundle)]);
    const id = await disturbed.push(bundle.bytes);
    const first = disturbed.queued.splice(0).filter(({ delaySeconds }) => delaySeconds === 0);
    const messages = first.map(({ message }) => message);
    const kills = await workDisturbed(disturbed.deps, messages, createRandom(7));
    const same = await undisturbed.push(bundle.bytes);
    await undisturbed.drain();
    const { hashes: _, ...found } = await outcome(disturbed, id);
    expect(found).toEqual(expect.objectContaining({ rows: [] }));
    expect(found.ledger).toEqual((await outcome(undisturbed, same)).ledger);
    expect(kills).toBeGreaterThan(0);
  });
});
