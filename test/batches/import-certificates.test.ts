import { describe, expect, test } from "vitest";
import {
  createImportCertificates,
  type ImportFile,
} from "../../src/batches/import/import-certificates.ts";
import { createCa, issueLeaf, type Leaf } from "../../src/local/sample-pki.ts";
import type { Batch, LedgerEntry } from "../../src/rules/decision/ledger.ts";
import { MusterError } from "../../src/rules/errors.ts";
import { parseProfile } from "../../src/rules/profile/profile.ts";
import { leastProfile } from "../support/profile-documents.ts";

const at = "2026-05-01T00:00:00.000Z";
const ca = await createCa({ name: "Acme CA" });
const stranger = await createCa({ name: "Stranger" });
const one = await issueLeaf(ca, { subject: "CN=one" });
const two = await issueLeaf(ca, { subject: "CN=two" });
const foreign = await issueLeaf(stranger, { subject: "CN=three" });
const expired = await issueLeaf(ca, { subject: "CN=four", notAfter: new Date("2026-01-01") });

function setup(
  claims: Readonly<Record<string, "known" | "claimed-by-other" | "device-id-differs">> = {},
) {
  const entries = new Map<string, LedgerEntry>();
  const batches: (readonly [Batch, string, string])[] = [];
  const importCertificates = createImportCertificates({
    readManufacturer: async (id) => {
      if (id !== "acme") throw new MusterError("MANUFACTURER_UNKNOWN", "");
      return { id, name: "Acme", status: "active", issuers: [ca.der] };
    },
    readProfile: async (name) => {
      if (name === "nothing") throw new MusterError("PROFILE_UNKNOWN", "");
      const manufacturers = name === "sensor" ? ["acme", "rival"] : ["rival"];
      return { ...parseProfile({ ...leastProfile, manufacturers }), version: 1, policyName: "p" };
    },
    addEntry: async (certificateId, entry) => {
      const claim = claims[certificateId] ?? (entries.has(certificateId) ? "known" : "added");
      if (claim === "added") entries.set(certificateId, entry);
      return claim;
    },
    saveBatch: async (batch, action, actor) => {
      batches.push([batch, action, actor]);
    },
    newId: () => "b-1",
    now: () => new Date(at),
    actor: "operator:eve",
  });
  const run = (files: readonly ImportFile[], more: object = {}) =>
    importCertificates({ manufacturer: "acme", profile: "sensor", files, ...more });
  return { run, entries, batches };
}

const file = (source: string, content: string | Uint8Array): ImportFile => ({
  source,
  bytes: typeof content === "string" ? Buffer.from(content) : content,
});
const pem = (...leaves: readonly Leaf[]) => leaves.map((leaf) => leaf.pem).join("");

describe("importing certificates", () => {
  test("lands each as an entry, in one batch that is opened and completed", async () => {
    const { run, entries, batches } = setup();
    const summary = await run([file("a.pem", pem(one, two))]);
    expect(summary).toEqual({
      batch: "b-1",
      added: 2,
      known: 0,
      refused: [],
      landed: new Set([one.certificateId, two.certificateId]),
    });
    expect(entries.get(one.certificateId)).toEqual({
      manufacturer: "acme",
      batch: "b-1",
      profile: "sensor",
      matchedBy: "certificate",
      attributes: {},
      certificate: expect.toSatisfy((der: Uint8Array) => Buffer.from(der).equals(one.der)),
      chain: [],
      importedAt: at,
    });
    const batch = {
      id: "b-1",
      manufacturer: "acme",
      profile: "sensor",
      status: "open",
      source: "import",
      entries: 0,
      createdAt: at,
    };
    expect(batches).toEqual([
      [batch, "opened", "operator:eve"],
      [{ ...batch, status: "completed", entries: 2 }, "completed", "operator:eve"],
    ]);
  });

  test("again changes nothing", async () => {
    const { run, entries } = setup();
    await run([file("a.der", one.der)]);
    const before = entries.get(one.certificateId);
    expect(await run([file("a.der", one.der)])).toMatchObject({
      added: 0,
      known: 1,
      landed: new Set([one.certificateId]),
    });
    expect(entries.get(one.certificateId)).toBe(before);
  });

  test("keeps the chain that came with a certificate", async () => {
    const sub = await createCa({ name: "Line CA", issuer: ca });
    const leaf = await issueLeaf(sub, { subject: "CN=five" });
    const { run, entries } = setup();
    await run([file("chain.pem", pem(leaf, sub))]);
    const { chain = [] } = entries.get(leaf.certificateId) ?? {};
    expect(chain.map((der) => Buffer.from(der))).toEqual([Buffer.from(sub.der)]);
  });

  test("takes a file's device id where it is of one device", async () => {
    const { run, entries } = setup();
    const named = { deviceId: "d-7" };
    await run([{ ...file("one.der", one.der), ...named }]);
    expect(entries.get(one.certificateId)?.deviceId).toBe("d-7");
    const several = setup();
    await several.run([{ ...file("both.pem", pem(one, two)), ...named }]);
    expect([...several.entries.values()].map(({ deviceId }) => deviceId)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test("reports a bad record with its place, and lands the others", async () => {
    const { run, entries } = setup();
    const summary = await run([
      file("mixed.pem", pem(foreign, one, expired)),
      file("empty.txt", "nothing here!"),
      file("two.der", two.der),
    ]);
    expect(summary.refused).toEqual([
      {
        source: "mixed.pem",
        record: 1,
        code: "ISSUER_NOT_TRUSTED",
        message: expect.stringContaining("CN=Stranger"),
      },
      {
        source: "mixed.pem",
        record: 3,
        code: "CERTIFICATE_EXPIRED",
        message: expect.stringContaining("2026-01-01"),
      },
      {
        source: "empty.txt",
        record: 1,
        code: "CERTIFICATE_UNREADABLE",
        message: "empty.txt holds no certificate.",
      },
    ]);
    expect([...entries.keys()]).toEqual([one.certificateId, two.certificateId]);
  });

  test("refuses another manufacturer's certificate without saying whose it is", async () => {
    const { run } = setup({ [one.certificateId]: "claimed-by-other" });
    const { refused, landed, added } = await run([file("a.der", one.der)]);
    expect(refused).toEqual([
      {
        source: "a.der",
        record: 1,
        code: "LEDGER_DISPUTED",
        message: "The certificate is already claimed.",
      },
    ]);
    expect({ added, size: landed.size }).toEqual({ added: 0, size: 0 });
  });

  test("tells after each certificate how many are done", async () => {
    const done: number[] = [];
    const files = [file("a.pem", pem(one, foreign)), file("b.der", two.der)];
    await setup().run(files, { onProgress: (count: number) => done.push(count) });
    expect(done).toEqual([1, 2, 3]);
  });

  test("takes files as they come", async () => {
    async function* files() {
      yield file("a.der", one.der);
      yield file("b.der", two.der);
    }
    expect(await setup().run([], { files: files() })).toMatchObject({ added: 2 });
  });
});

describe("a certificate under another device id", () => {
  test("is refused with both sides named", async () => {
    const { run } = setup({ [one.certificateId]: "device-id-differs" });
    const { refused, landed } = await run([{ ...file("a.der", one.der), deviceId: "a" }]);
    expect(refused).toMatchObject([{ source: "a.der", record: 1, code: "DEVICE_ID_CONFLICT" }]);
    expect(refused[0]?.message).toContain('"a"');
    expect(landed.size).toBe(0);
  });
});

describe("a file with a private key", () => {
  test("is refused as a whole, and its neighbours land", async () => {
    const { run, entries, batches } = setup();
    const files = [file("a.pem", pem(two) + two.privateKeyPem), file("b.der", one.der)];
    const { refused } = await run(files);
    expect(refused).toMatchObject([{ source: "a.pem", record: 1, code: "PRIVATE_KEY_REFUSED" }]);
    expect(refused[0]?.message).toMatch(/treat the key as disclosed\.$/);
    expect([...entries.keys()]).toEqual([one.certificateId]);
    expect(batches.map(([, action]) => action)).toEqual(["opened", "completed"]);
  });
});

describe("an import ends", () => {
  const unknown: readonly (readonly [request: object, code: string])[] = [
    [{ manufacturer: "nobody" }, "MANUFACTURER_UNKNOWN"],
    [{ profile: "nothing" }, "PROFILE_UNKNOWN"],
    [{ profile: "of-rival" }, "PROFILE_NOT_ALLOWED"],
  ];
  test.for(unknown)("for %j before it begins: %s", async ([request, code]) => {
    const { run, batches } = setup();
    await expect(run([file("a.der", one.der)], request)).rejects.toMatchObject({ code });
    expect(batches).toEqual([]);
  });
});
