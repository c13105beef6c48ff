import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BatchViewer, OpenBatch } from "../../src/batches/batch-use-cases.ts";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { startDatabase } from "../support/database.ts";
import {
  acme,
  auditor,
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

const manifest = makeManifest("csv", 10);
const setup = () => createBatchWorld(database.url, { issuers: [manifest.ca] });
const request = toRequest(manifest.bytes);

describe("opening a batch", () => {
  test("grants one upload of the very bytes announced, and looks after it", async () => {
    const { useCases, queued } = await setup();
    const { batch, upload } = await useCases.open(acme, request);
    expect(batch).toMatchObject({
      id: "b-1",
      manufacturer: "acme",
      profile: "sensor",
      profileVersion: 3,
      status: "awaiting-upload",
      progress: 0,
      dryRun: false,
    });
    expect(upload).toEqual({
      method: "PUT",
      url: "memory:acme/b-1/manifest",
      headers: {},
      expiresAt: "2026-05-01T01:00:00.000Z",
    });
    expect(queued).toEqual([{ message: { step: "expire", batch: "b-1" }, delaySeconds: 900 }]);
  });

  test("with its content needs no upload", async () => {
    const world = await setup();
    const { bytes } = manifest;
    const { batch, upload } = await world.useCases.open(acme, { ...request, content: bytes });
    expect(upload).toBeUndefined();
    await world.drain();
    expect((await world.useCases.show(acme, batch.id)).status).toBe("completed");
  });

  test("again with the same key finds the same batch and can be uploaded to", async () => {
    const { useCases } = await setup();
    const asked = { ...request, idempotencyKey: "delivery 7" };
    const first = await useCases.open(acme, asked);
    expect(await useCases.open(acme, asked)).toEqual(first);
    expect((await useCases.list(acme, { limit: 10 })).batches).toHaveLength(1);
  });

  test("with the same key is another manufacturer's own", async () => {
    const { useCases } = await setup();
    const asked = { ...request, idempotencyKey: "delivery 7" };
    const { batch } = await useCases.open(acme, asked);
    expect((await useCases.open(other, asked)).batch.id).not.toBe(batch.id);
  });

  const changed: readonly Partial<OpenBatch>[] = [
    { profile: "gateway" },
    { fileName: "other.csv" },
    { bytes: 7 },
    { sha256: "0".repeat(64) },
    { dryRun: true },
    { mapping: { cert: "Zertifikat" } },
  ];
  test.for(changed)(
    "with a key that was used for another request is refused: %j",
    async (change) => {
      const { useCases } = await setup();
      const asked = { ...request, idempotencyKey: "delivery 7" };
      await useCases.open(acme, asked);
      await expect(useCases.open(acme, { ...asked, ...change })).rejects.toMatchObject({
        code: "IDEMPOTENCY_KEY_REUSED",
      });
    },
  );

  test("is refused while the manufacturer is suspended", async () => {
    const { useCases, suppliers } = await setup();
    suppliers["acme"] = { status: "suspended" };
    await expect(useCases.open(acme, request)).rejects.toMatchObject({
      code: "MANUFACTURER_SUSPENDED",
    });
  });

  const refused: readonly (readonly [string, BatchViewer, Partial<OpenBatch>, string])[] = [
    ["an auditor", auditor, {}, "ROLE_NOT_ALLOWED"],
    ["for another manufacturer", acme, { manufacturer: "other" }, "ROLE_NOT_ALLOWED"],
    ["by the operator for nobody", operator, {}, "REQUEST_INVALID"],
    ["for a stranger", operator, { manufacturer: "nobody" }, "MANUFACTURER_UNKNOWN"],
    ["under no profile", acme, { profile: "none" }, "PROFILE_UNKNOWN"],
    ["under a profile for others", other, { profile: "acme-only" }, "PROFILE_NOT_ALLOWED"],
    ["of 5 GB and more", acme, { bytes: 5 * 1024 ** 3 + 1 }, "MANIFEST_TOO_LARGE"],
    ["of nothing", acme, { bytes: 0 }, "REQUEST_INVALID"],
    ["with a hash in upper case", acme, { sha256: "A".repeat(64) }, "REQUEST_INVALID"],
    ["with a name of two lines", acme, { fileName: "a\nb" }, "REQUEST_INVALID"],
    ["with an empty key", acme, { idempotencyKey: "" }, "REQUEST_INVALID"],
    ["with other content", acme, { content: Buffer.from("x") }, "UPLOAD_MISMATCH"],
    [
      "with 4 MiB and more",
      acme,
      { content: Buffer.alloc(4 * 1024 ** 2 + 1) },
      "REQUEST_TOO_LARGE",
    ],
  ];
  test.for(refused)("%s is refused", async ([, viewer, change, code]) => {
    const world = await setup();
    await expect(world.useCases.open(viewer, { ...request, ...change })).rejects.toMatchObject({
      code,
    });
    expect(world.queued).toEqual([]);
    expect((await world.ledger()).ledger).toEqual([]);
  });

  test("by the operator is in the manufacturer's name", async () => {
    const { useCases } = await setup();
    const { batch } = await useCases.open(operator, { ...request, manufacturer: "acme" });
    expect((await useCases.show(acme, batch.id)).manufacturer).toBe("acme");
  });
});
