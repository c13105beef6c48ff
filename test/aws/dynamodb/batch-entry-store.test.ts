import { randomBytes, randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBatchStores } from "../../../src/aws/dynamodb/batch-stores.ts";
import { createReadCertificateRecord } from "../../../src/aws/dynamodb/certificate-store.ts";
import { createTables } from "../../../src/aws/dynamodb/create-tables.ts";
import { createAddEntry } from "../../../src/aws/dynamodb/entry-store.ts";
import type { Tables } from "../../../src/aws/dynamodb/tables.ts";
import type { NewEntry } from "../../../src/batches/batch-stores.ts";
import type { Dynoxide } from "../../../src/local/start-dynoxide.ts";
import { noRows } from "../../../src/rules/batch/batch-counts.ts";
import { maxIdHolders } from "../../../src/rules/batch/id-holder.ts";
import type { Claim } from "../../../src/rules/batch/judge-claim.ts";
import { createEntry } from "../../support/create-entry.ts";
import { startDatabase } from "../../support/database.ts";
import { type FaultPlan, injectFaults } from "../../support/faults.ts";

let database: Dynoxide;
let tables: Tables;
beforeAll(async () => {
  database = await startDatabase();
  const run = randomUUID();
  tables = { client: createClient(), ledger: `ledger-${run}`, audit: `audit-${run}` };
  await createTables(tables);
});
afterAll(() => database.close());

function createClient(): DynamoDBClient {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return new DynamoDBClient({ endpoint: database.url, region: "eu-west-1", credentials });
}

function make(batch: string, manufacturer = "acme", certificateId = newId()): NewEntry {
  const claim: Claim = { manufacturer, profile: "sensor", batches: [batch] };
  const entry = createEntry({ manufacturer, batch });
  return { certificateId, entry, claim, standing: undefined };
}

/** Of a part that nobody has begun. */
const landing = { batch: "b-1", part: 1, attempt: "a-1" };
const newId = () => randomBytes(32).toString("hex");
const part = { part: 1, bytes: 1, bytesDone: 0, counts: noRows, unapproved: 0 };

async function begin({ batch, attempt } = landing, from?: string): Promise<void> {
  const { writePart } = createBatchStores(tables);
  await writePart(batch, { ...part, state: "landing", attempt }, from);
}

const hold = (entry: NewEntry, heldId = ""): NewEntry => ({ ...entry, heldId });
const many = (count: number, batch: string) => Array.from({ length: count }, () => make(batch));

describe("adding entries", () => {
  test("writes each with its claim, in two calls for a hundred", async () => {
    const plan: FaultPlan = { calls: [] };
    const client = createClient();
    injectFaults(plan, [client]);
    const { addEntries, readClaims } = createBatchStores({ ...tables, client });
    const entries = many(100, "b-1");
    expect(await addEntries(entries, landing)).toEqual([]);
    expect(plan.calls).toHaveLength(2);
    const claims = await readClaims(entries.map(({ certificateId }) => certificateId));
    expect(plan.calls).toHaveLength(3);
    expect(claims.size).toBe(100);
    for (const { certificateId, claim } of entries) {
      expect(claims.get(certificateId)).toEqual(claim);
    }
  });

  test("leaves alone what somebody claimed meanwhile, and writes the others", async () => {
    const { addEntries, readClaims, readIdHolders } = createBatchStores(tables);
    const ids = Array.from({ length: 50 }, (_, at) => `taken-${at}`);
    const entries = many(50, "b-1").map((each, at) => (at % 3 === 0 ? hold(each, ids[at]) : each));
    const taken = entries
      .filter((_, index) => index % 7 === 3)
      .map(({ certificateId }) => certificateId);
    await addEntries(
      taken.map((certificateId) => make("o-1", "other", certificateId)),
      landing,
    );
    expect(new Set(await addEntries(entries, landing))).toEqual(new Set(taken));
    const claims = await readClaims(entries.map(({ certificateId }) => certificateId));
    for (const { certificateId } of entries) {
      const { manufacturer } = claims.get(certificateId) ?? {};
      expect(manufacturer).toBe(taken.includes(certificateId) ? "other" : "acme");
    }
    const { entries: lying } = await createReadCertificateRecord(tables)(taken[0] ?? "");
    expect(lying.map(({ batch }) => batch)).toEqual(["o-1"]);
    const holders = [...(await readIdHolders("acme", ids)).values()].flat();
    const holding = entries.filter(({ heldId }) => heldId !== undefined);
    expect(holders.map(({ certificateId }) => certificateId).toSorted()).toEqual(
      holding
        .map(({ certificateId }) => certificateId)
        .filter((id) => !taken.includes(id))
        .toSorted(),
    );
  });

  test("at once gives each certificate to one manufacturer, with that one's entry", async () => {
    const { addEntries, readClaims } = createBatchStores(tables);
    const ids = Array.from({ length: 40 }, newId);
    const [lostByAcme, lostByOther] = await Promise.all([
      addEntries(
        ids.map((id) => make("b-1", "acme", id)),
        landing,
      ),
      addEntries(
        ids.toReversed().map((id) => make("o-1", "other", id)),
        landing,
      ),
    ]);
    expect([...lostByAcme, ...lostByOther].toSorted()).toEqual(ids.toSorted());
    const claims = await readClaims(ids);
    for (const id of ids) {
      const owner = lostByAcme.includes(id) ? "other" : "acme";
      expect(claims.get(id)?.manufacturer).toBe(owner);
      const { entries } = await createReadCertificateRecord(tables)(id);
      expect(entries.map(({ manufacturer }) => manufacturer)).toEqual([owner]);
    }
  });

  test("goes by the claim that was read, of an import too", async () => {
    const { addEntries, readClaims } = createBatchStores(tables);
    const certificateId = newId();
    const imported = createEntry({ batch: "i-1", profile: "gateway" });
    await createAddEntry(tables)({ certificateId }, imported);
    const standing = (await readClaims([certificateId])).get(certificateId);
    expect(standing).toEqual({ manufacturer: "acme", profile: "gateway", batches: ["i-1"] });
    const claim = { manufacturer: "acme", profile: "sensor", batches: ["i-1", "b-1"] };
    const next = { ...make("b-1", "acme", certificateId), claim, standing };
    await begin();
    expect(await addEntries([next], landing)).toEqual([]);
    // It stands on a claim that has passed.
    expect(await addEntries([next], landing)).toEqual([certificateId]);
  });

  test("that follow a claim is only for whoever the part is with, and of many every one", async () => {
    const { addEntries, readClaims, writePart } = createBatchStores(tables);
    const batch = randomUUID();
    const taken = { batch, part: 1, attempt: "a-1" };
    await begin(taken);
    const first = many(120, "b-1");
    await addEntries(first, taken);
    const following = first.map(({ certificateId, claim }) => ({
      ...make("b-2", "acme", certificateId),
      claim: { ...claim, profile: "gateway", batches: ["b-1", "b-2"] },
      standing: claim,
    }));
    await begin({ ...taken, attempt: "a-2" }, "a-1");
    const overtaken = addEntries([...many(3, "b-2"), ...following], taken);
    await expect(overtaken).rejects.toMatchObject({ code: "STATE_CHANGED" });
    const ids = first.map(({ certificateId }) => certificateId);
    const profiles = async () =>
      new Set([...(await readClaims(ids)).values()].map(({ profile }) => profile));
    expect(await profiles()).toEqual(new Set(["sensor"]));
    expect(await writePart(batch, { ...part, state: "landed" }, "a-1")).toBe(false);
    expect(await addEntries(following, { ...taken, attempt: "a-2" })).toEqual([]);
    expect(await profiles()).toEqual(new Set(["gateway"]));
    expect(await writePart(batch, { ...part, state: "landed" }, "a-2")).toBe(true);
    const late = addEntries(following, { ...taken, attempt: "a-2" });
    await expect(late).rejects.toMatchObject({ code: "STATE_CHANGED" });
  });
});

describe("who has an id", () => {
  test("is noted with the entry, beside those who had it, once however often it is done", async () => {
    const { addEntries, readIdHolders } = createBatchStores(tables);
    const id = randomUUID();
    const [one, two] = [hold(make("b-1"), id), hold(make("b-2"), id)];
    await addEntries([one], landing);
    await addEntries([two], landing);
    expect(await addEntries([one], landing)).toEqual([one.certificateId]);
    const since = one.entry.importedAt;
    const read = await readIdHolders("acme", [id, id, "nobody's"]);
    expect([...read.keys()]).toEqual([id]);
    expect(new Set(read.get(id))).toEqual(
      new Set([
        { since, batch: "b-1", certificateId: one.certificateId },
        { since, batch: "b-2", certificateId: two.certificateId },
      ]),
    );
    expect(await readIdHolders("other", [id])).toEqual(new Map());
    expect(await readIdHolders("acme", [])).toEqual(new Map());
  });

  test("is a third item of an entry, so that fewer fit into a transaction", async () => {
    const plan: FaultPlan = { calls: [] };
    const client = createClient();
    injectFaults(plan, [client]);
    const { addEntries } = createBatchStores({ ...tables, client });
    const entries = many(100, "b-1").map((each) => hold(each, randomUUID()));
    expect(await addEntries(entries, landing)).toEqual([]);
    expect(plan.calls).toHaveLength(4);
  });

  test("of an import is noted too, as ids are compared, and of no more than tell something new", async () => {
    const { addEntries, readIdHolders } = createBatchStores(tables);
    const add = createAddEntry(tables);
    const id = `sn-${randomUUID()}`;
    const earlier = many(maxIdHolders - 1, "b-1").map((each) => hold(each, id));
    await Promise.all(earlier.map((each) => addEntries([each], landing)));
    const imported = createEntry({ batch: "i-1", deviceId: id.toUpperCase() });
    const holders = async () => (await readIdHolders("acme", [id])).get(id) ?? [];
    expect(await add({ certificateId: newId() }, imported)).toBe("added");
    expect((await holders()).filter(({ batch }) => batch === "i-1")).toHaveLength(1);
    expect(await add({ certificateId: newId() }, imported)).toBe("added");
    expect(await holders()).toHaveLength(maxIdHolders);
  });
});

describe("the entries of a batch", () => {
  test("are listed in pages", async () => {
    const { addEntries, listEntries } = createBatchStores(tables);
    const batch = randomUUID();
    const entries = many(25, batch);
    await addEntries(entries, landing);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listEntries(batch, { limit: 10, ...(cursor !== undefined && { cursor }) });
      found.push(...page.certificateIds);
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(found.toSorted()).toEqual(entries.map(({ certificateId }) => certificateId).toSorted());
  });

  test("are not led to by another batch's cursor", async () => {
    const { addEntries, listEntries } = createBatchStores(tables);
    const batch = randomUUID();
    await addEntries(many(3, batch), landing);
    const { cursor = "" } = await listEntries(batch, { limit: 1 });
    await expect(listEntries("b-other", { limit: 1, cursor })).rejects.toMatchObject({
      code: "REQUEST_INVALID",
    });
  });
});
