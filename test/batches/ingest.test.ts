import { hash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHandleBatchMessage } from "../../src/batches/handle-batch-message.ts";
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
    const { certificateIds } = await world.deps.listEntries(id, { limit: 1_000 });
    expect(new Set(certificateIds).size).toBe(100);
    const [healed] = world.healed;
    const some = certificateIds.slice(0, 3);
    expect(await healed?.named([...some, "ab"])).toEqual(new Set(some));
    // None of them has connected.
    expect(await healed?.listOut()).toEqual({ certificateIds: [] });
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

  test("knows what it says twice, however far apart", async () => {
    const { bytes, ca } = makeManifest("ndjson", 100);
    const lines = bytes.toString().trim().split("\n");
    const objects = lines.map((line) => JSON.parse(line) as Record<string, string>);
    const idName = Object.keys(objects[0] ?? {}).find((name) => /id/i.test(name)) ?? "";
    const [first, second] = objects;
    const last = { ...objects.at(-1), [idName]: second?.[idName]?.toUpperCase() };
    const all = [...objects.slice(0, -1), last, first];
    const world = await createBatchWorld(endpoint(), { issuers: [ca] });
    const id = await world.push(Buffer.from(all.map((each) => JSON.stringify(each)).join("\n")));
    await world.drain();
    const counts = { rows: 101, added: 99, known: 1, refused: 1, warnings: 1 };
    expect((await world.useCases.show(acme, id)).counts).toEqual(counts);
    const { rows } = await world.useCases.listErrors(acme, id, { limit: 10 });
    expect(rows.map(({ record, code }) => [record, code])).toEqual([
      [100, "DEVICE_ID_TWICE"],
      [101, "CERTIFICATE_TWICE"],
    ]);
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
  /** Each far behind the part of the file that it is told by. */
  const withKeys = [
    { name: "a CSV", format: "csv", spoil: (bytes: Buffer) => bytes },
    { name: "PEM certificates", format: "pem", spoil: (bytes: Buffer) => bytes },
    { name: "JSON lines", format: "ndjson", spoil: (bytes: Buffer) => bytes },
    { name: "a signed manifest", format: "microchip", spoil: addPrivateEntry },
  ];
  test.for(withKeys)(
    "as $name with a private key far in it fails the batch and is deleted",
    async ({ format, spoil }) => {
      const defects = format === "microchip" ? [] : (["private-key"] as const);
      const { bytes, ca, signer } = makeManifest(format, 200, [...defects]);
      const signers = signer ? [signer] : [];
      const world = await createBatchWorld(endpoint(), { issuers: [ca], supplier: { signers } });
      const id = await world.push(spoil(bytes));
      await world.drain();
      expect(await world.useCases.show(acme, id)).toMatchObject({
        status: "failed",
        problem: { code: "PRIVATE_KEY_REFUSED" },
      });
      expect(world.objects.keys().filter((key) => !/plan|rows/.test(key))).toEqual([]);
      expect(JSON.stringify(await world.ledger())).not.toContain("CERT#");
    },
  );

  test("by one part leaves nothing of a part that is still being checked", async () => {
    const { bytes, ca, signer } = makeManifest("microchip", 60);
    const signers = signer ? [signer] : [];
    const world = await createBatchWorld(endpoint(), { issuers: [ca], supplier: { signers } });
    const id = await world.push(addPrivateEntry(bytes));
    await world.handle(world.queued.at(-1)?.message);
    const { writePart } = world.deps;
    const slow = createHandleBatchMessage({
      ...world.deps,
      writePart: async (...given) => {
        await world.drain();
        return writePart(...given);
      },
    });
    await slow({ step: "check", batch: id, part: 1 });
    expect((await world.useCases.show(acme, id)).status).toBe("failed");
    expect(world.objects.keys().filter((key) => !/plan|rows/.test(key))).toEqual([]);
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
    await expect(world.useCases.approve(acme, id, 40)).rejects.toMatchObject({
      code: "ROLE_NOT_ALLOWED",
    });
    expect((await world.useCases.approve(operator, id, 40)).status).toBe("ingesting");
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

/** One more entry that nobody has signed, whose key is a whole pair. */
function addPrivateEntry(bytes: Buffer): Buffer {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const keys = [{ kty: "EC", crv: "P-256", x: "x", y: "y", d: "d" }];
  const entry = {
    payload: encode({ uniqueId: "0123", publicKeySet: { keys } }),
    protected: encode({ alg: "ES256" }),
    header: { uniqueId: "0123" },
    signature: "",
  };
  return Buffer.from(bytes.toString().replace(/\]\s*$/, `,${JSON.stringify(entry)}]`));
}

function toId(der: Uint8Array): string {
  return hash("sha256", der, "hex");
}
