import { hash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { startDatabase } from "../support/database.ts";
import { acme, createBatchWorld, makeManifest, operator, other } from "./support.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

const endpoint = () => database.url;

describe("a batch that is pushed", () => {
  test("lands whole, with counts that add up, a receipt and an order to heal", async () => {
    const { bytes, ca } = makeManifest("csv", 100);
    const world = await createBatchWorld(endpoint(), { issuers: [ca] });
    const id = await world.push(bytes);
    await world.drain();
    const batch = await world.useCases.show(acme, id);
    expect(batch).toMatchObject({
      status: "completed",
      format: "csv",
      progress: 1,
      counts: { rows: 100, added: 100, known: 0, refused: 0, warnings: 0 },
    });
    const { audit } = await world.ledger();
    expect(audit).toHaveLength(5);
    expect(world.healed).toMatchObject([{ batch: id, size: 100 }]);
    const ids: string[] = [];
    for await (const each of world.healed[0]?.ids() ?? []) ids.push(each);
    expect(new Set(ids).size).toBe(100);
    expect(await world.healed[0]?.named([...ids.slice(0, 3), "ab"])).toEqual(
      new Set(ids.slice(0, 3)),
    );
  });

  test("keeps nothing of what its parts handed on", async () => {
    const { bytes, ca } = makeManifest("ndjson", 50);
    const world = await createBatchWorld(endpoint(), { issuers: [ca] });
    const id = await world.push(bytes);
    await world.drain();
    expect(world.objects.keys().map((key) => key.replace(/plan-.*/, "plan"))).toEqual([
      `acme/${id}/manifest`,
      `acme/${id}/plan`,
      `acme/${id}/report.csv`,
      `acme/${id}/report.ndjson`,
      ...[1, 2, 3].flatMap((part) => [
        `acme/${id}/rows/00000${part}-check.ndjson`,
        `acme/${id}/rows/00000${part}-land.ndjson`,
      ]),
    ]);
  });

  test("again is known, row by row, and adds nothing", async () => {
    const { bytes, ca } = makeManifest("csv", 60);
    const world = await createBatchWorld(endpoint(), { issuers: [ca] });
    await world.push(bytes);
    await world.drain();
    const again = await world.push(bytes);
    await world.drain();
    const counts = { rows: 60, added: 0, known: 60, refused: 0, warnings: 0 };
    expect((await world.useCases.show(acme, again)).counts).toEqual(counts);
  });

  test("reports what is wrong with its rows in the manifest's order, and lands the others", async () => {
    const { bytes, ca } = makeManifest("csv", 100, [
      "expired",
      "other-ca",
      "unreadable",
      "missing",
      "duplicate-leaf",
      "duplicate-id",
    ]);
    const world = await createBatchWorld(endpoint(), { issuers: [ca] });
    const id = await world.push(bytes);
    await world.drain();
    const { counts } = await world.useCases.show(acme, id);
    expect(counts).toEqual({ rows: 100, added: 94, known: 1, refused: 5, warnings: 1 });
    const { rows } = await world.useCases.listErrors(acme, id, { limit: 100 });
    const records = rows.map(({ record }) => record);
    expect(records).toEqual(records.toSorted((one, two) => one - two));
    expect(new Set(rows.map(({ code }) => code))).toEqual(
      new Set([
        "CERTIFICATE_EXPIRED",
        "SIGNATURE_INVALID",
        "CERTIFICATE_UNREADABLE",
        "CERTIFICATE_MISSING",
        "CERTIFICATE_TWICE",
        "DEVICE_ID_TWICE",
      ]),
    );
  });

  test("by another manufacturer is disputed, and tells it nothing", async () => {
    const { bytes, ca } = makeManifest("csv", 30);
    const world = await createBatchWorld(endpoint(), { issuers: [ca] });
    await world.push(bytes);
    await world.drain();
    const later = await world.push(bytes, {}, other);
    await world.drain();
    expect((await world.useCases.show(other, later)).counts).toMatchObject({ refused: 30 });
    const { rows } = await world.useCases.listErrors(other, later, { limit: 5 });
    expect(rows.every(({ code }) => code === "LEDGER_DISPUTED")).toBe(true);
    expect(JSON.stringify(rows)).not.toContain("acme");
  });

  test("as a dry run says the same and leaves the ledger as it was", async () => {
    const { bytes, ca } = makeManifest("csv", 50, ["expired", "duplicate-leaf"]);
    const world = await createBatchWorld(endpoint(), { issuers: [ca] });
    const dry = await world.push(bytes, { dryRun: true });
    await world.drain();
    const wet = await world.push(bytes);
    const before = await world.ledger();
    expect(JSON.stringify(before)).not.toContain("CERT#");
    await world.drain();
    const { counts } = await world.useCases.show(acme, wet);
    const told = await world.useCases.show(acme, dry);
    expect(told.counts).toEqual(counts);
    // Ten devices a second.
    expect(told.onboardingSeconds).toBe(5);
    expect(world.healed.map(({ batch }) => batch)).toEqual([wet]);
  });

  test("in another encoding is cut into parts all the same", async () => {
    const { bytes, ca } = makeManifest("csv", 50);
    const utf16 = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from(bytes.toString("latin1"), "utf16le"),
    ]);
    const world = await createBatchWorld(endpoint(), { issuers: [ca] });
    const id = await world.push(utf16);
    await world.drain();
    expect((await world.useCases.show(acme, id)).counts).toMatchObject({ rows: 50, added: 50 });
    expect(await world.deps.readParts(id)).toHaveLength(3);
  });
});

describe("a manifest that is not to be taken", () => {
  test("with a private key fails the batch and is deleted at once", async () => {
    const { bytes, ca } = makeManifest("csv", 60, ["private-key"]);
    const world = await createBatchWorld(endpoint(), { issuers: [ca] });
    const id = await world.push(bytes);
    await world.drain();
    expect(await world.useCases.show(acme, id)).toMatchObject({
      status: "failed",
      problem: { code: "PRIVATE_KEY_REFUSED" },
    });
    expect(world.objects.keys().filter((key) => !/plan|rows/.test(key))).toEqual([]);
    expect(JSON.stringify(await world.ledger())).not.toContain("CERT#");
  });

  const mismatches = [
    { name: "cut short", spoil: (bytes: Buffer) => bytes.subarray(0, -10) },
    {
      name: "altered",
      spoil: (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from(" ")]),
    },
    { name: "emptied", spoil: () => Buffer.alloc(0) },
  ];
  test.for(mismatches)("$name fails the batch", async ({ spoil }) => {
    const { bytes, ca } = makeManifest("csv", 30);
    const world = await createBatchWorld(endpoint(), { issuers: [ca] });
    const id = await world.push(bytes);
    world.objects.put(`acme/${id}/manifest`, Buffer.from(spoil(bytes)));
    await world.drain();
    expect(await world.useCases.show(acme, id)).toMatchObject({
      status: "failed",
      problem: { code: "UPLOAD_MISMATCH" },
    });
  });

  test("of no known format fails the batch and says so", async () => {
    const world = await createBatchWorld(endpoint(), { issuers: [] });
    const id = await world.push(Buffer.from("hello, world!"));
    await world.drain();
    expect((await world.useCases.show(acme, id)).problem?.code).toBe("MANIFEST_UNREADABLE");
  });

  test("of an upload that never comes expires, and one that comes unannounced is taken up", async () => {
    const { bytes, ca } = makeManifest("csv", 20);
    const world = await createBatchWorld(endpoint(), { issuers: [ca] });
    const id = await world.push(bytes);
    world.queued.length = 0;
    await world.handle({ step: "expire", batch: id });
    await world.drain();
    expect((await world.useCases.show(acme, id)).status).toBe("completed");

    const never = await world.push(bytes);
    await world.deps.objects.delete(`acme/${never}/manifest`);
    world.queued.length = 0;
    await world.handle({ step: "inspect", batch: never });
    await world.handle({ step: "expire", batch: never });
    expect(world.queued).toEqual([
      { message: { step: "expire", batch: never }, delaySeconds: 900 },
    ]);
    world.advance(7 * 3_600_000);
    await world.handle({ step: "expire", batch: never });
    expect(await world.useCases.show(acme, never)).toMatchObject({
      status: "expired",
      problem: { code: "UPLOAD_MISSING" },
    });
    // Too late.
    world.objects.put(`acme/${never}/manifest`, bytes);
    await world.handle({ step: "inspect", batch: never });
    expect((await world.useCases.show(acme, never)).status).toBe("expired");
    expect(world.objects.get(`acme/${never}/manifest`)).toBeUndefined();
  });
});

describe("a batch under a shared issuer", () => {
  test("waits for the operator before anything lands", async () => {
    const { bytes, ca } = makeManifest("csv", 40);
    const world = await createBatchWorld(endpoint(), { issuers: [ca] });
    world.suppliers["acme"] = { sharedIssuers: new Set([toId(ca)]) };
    const id = await world.push(bytes);
    await world.drain();
    expect((await world.useCases.show(acme, id)).status).toBe("awaiting-approval");
    expect(JSON.stringify(await world.ledger())).not.toContain("CERT#");
    await expect(world.useCases.approve(acme, id)).rejects.toMatchObject({
      code: "ROLE_NOT_ALLOWED",
    });
    expect((await world.useCases.approve(operator, id)).status).toBe("ingesting");
    await world.drain();
    expect(await world.useCases.show(acme, id)).toMatchObject({
      status: "completed",
      counts: { added: 40 },
    });
  });

  test("lands by itself when the vendor has signed its rows", async () => {
    const { bytes, ca, signer } = makeManifest("microchip", 30);
    const signers = signer ? [signer] : [];
    const world = await createBatchWorld(endpoint(), { issuers: [ca] });
    world.suppliers["acme"] = { sharedIssuers: new Set([toId(ca)]), signers };
    const id = await world.push(bytes);
    await world.drain();
    expect(await world.useCases.show(acme, id)).toMatchObject({
      status: "completed",
      counts: { added: 30 },
    });
  });
});

function toId(der: Uint8Array): string {
  return hash("sha256", der, "hex");
}
