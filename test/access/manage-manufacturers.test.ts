import { describe, expect, test } from "vitest";
import { createManufacturers } from "../../src/access/manufacturers/manage-manufacturers.ts";
import { createCa, issueLeaf } from "../../src/local/sample-pki.ts";
import type { Manufacturer } from "../../src/rules/decision/ledger.ts";
import { createOwnerships, createSubjects } from "../support/memory-subjects.ts";

const at = "2026-05-01T00:00:00.000Z";
const ca = await createCa({ name: "Acme CA" });
const leaf = await issueLeaf(ca, { subject: "CN=dev" });
const plain = await createCa({ name: "No CA", basicConstraints: false });

function setup() {
  const subjects = createSubjects<Manufacturer>();
  const manufacturers = createManufacturers({
    ...subjects,
    ...createOwnerships(subjects.write),
    now: () => new Date(at),
    actor: "operator:eve",
  });
  return { ...subjects, manufacturers };
}

const acme = { id: "acme", name: "Acme", status: "active", issuers: [] };
const audit = (action: string, evidence: object) => ({
  id: "acme",
  action,
  actor: "operator:eve",
  at,
  evidence,
});

describe("adding a manufacturer", () => {
  test("makes it active, without issuers", async () => {
    const { manufacturers, events } = setup();
    expect(await manufacturers.add("acme", "Acme")).toEqual(acme);
    expect(await manufacturers.get("acme")).toEqual(acme);
    expect(await manufacturers.list()).toEqual([acme]);
    expect(events).toEqual([audit("added", { name: "Acme" })]);
  });

  test("again changes nothing; by another name renames it", async () => {
    const { manufacturers, events } = setup();
    await manufacturers.add("acme", "Acme");
    await manufacturers.addIssuer("acme", ca.der);
    await manufacturers.setStatus("acme", "suspended");
    await manufacturers.add("acme", "Acme");
    expect(events).toHaveLength(3);
    expect(await manufacturers.add("acme", "Acme Ltd")).toEqual({
      id: "acme",
      name: "Acme Ltd",
      status: "suspended",
      issuers: [ca.der],
    });
    expect(events.at(-1)).toEqual(audit("renamed", { name: "Acme Ltd" }));
  });

  test.for(["a", "0", "a-b", "a".repeat(63)])("takes the id %s", async (id) => {
    expect(await setup().manufacturers.add(id, "x")).toMatchObject({ id });
  });
  test.for(["", "-a", "A", "a b", "a#b", "a\n", "ü", "a".repeat(64)])(
    "refuses the id %j",
    async (id) => {
      const { manufacturers, values } = setup();
      await expect(async () => manufacturers.add(id, "x")).rejects.toMatchObject({
        code: "MANUFACTURER_INVALID",
        message: expect.stringContaining("1 to 63 lower-case letters, digits and hyphens"),
        details: { field: "id" },
      });
      expect(values.size).toBe(0);
    },
  );

  test.for(["ü", "a".repeat(200)])("takes the name %s", async (name) => {
    expect(await setup().manufacturers.add("acme", name)).toMatchObject({ name });
  });
  test.for(["", "  ", "two\nlines", "a\tb", "a\u2028b", "a".repeat(201)])(
    "refuses the name %j",
    async (name) => {
      const { manufacturers, values } = setup();
      await expect(async () => manufacturers.add("acme", name)).rejects.toMatchObject({
        code: "MANUFACTURER_INVALID",
        details: { field: "name" },
      });
      expect(values.size).toBe(0);
    },
  );
});

describe("adding an issuer", () => {
  test("adds it once, however often it is given", async () => {
    const { manufacturers, events } = setup();
    await manufacturers.add("acme", "Acme");
    await manufacturers.addIssuer("acme", ca.der);
    const { issuers } = await manufacturers.addIssuer("acme", Uint8Array.from(ca.der));
    expect(issuers).toEqual([ca.der]);
    expect(events.slice(1)).toEqual([
      audit("issuer-added", { issuer: ca.certificateId, subject: "CN=Acme CA" }),
    ]);
  });

  test("refuses one that is another manufacturer's", async () => {
    const { manufacturers } = setup();
    await manufacturers.add("acme", "Acme");
    await manufacturers.add("other", "Other");
    await manufacturers.addIssuer("acme", ca.der);
    await expect(manufacturers.addIssuer("other", ca.der)).rejects.toMatchObject({
      code: "CA_CONFLICT",
      message: expect.not.stringContaining("acme"),
    });
    expect((await manufacturers.get("other")).issuers).toEqual([]);
  });

  test.for([leaf, plain])("refuses $subject, which is no CA", async ({ der, subject }) => {
    const { manufacturers, events } = setup();
    await manufacturers.add("acme", "Acme");
    await expect(manufacturers.addIssuer("acme", der)).rejects.toMatchObject({
      code: "CA_INVALID",
      message: expect.stringContaining(subject),
    });
    expect(events).toHaveLength(1);
  });

  test("refuses what is no certificate", async () => {
    const { manufacturers } = setup();
    await manufacturers.add("acme", "Acme");
    await expect(manufacturers.addIssuer("acme", Uint8Array.of(1))).rejects.toMatchObject({
      code: "CERTIFICATE_UNREADABLE",
    });
  });

  test("takes a hundred and no more", async () => {
    const { manufacturers, values } = setup();
    await manufacturers.add("acme", "Acme");
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => Uint8Array.of(index, 0));
    values.set("acme", { ...(await manufacturers.get("acme")), issuers: many(99) });
    expect((await manufacturers.addIssuer("acme", ca.der)).issuers).toHaveLength(100);
    values.set("acme", { ...(await manufacturers.get("acme")), issuers: many(100) });
    await expect(manufacturers.addIssuer("acme", ca.der)).rejects.toMatchObject({
      code: "MANUFACTURER_INVALID",
      message: expect.stringContaining("100 issuers"),
    });
  });
});

describe("suspending a manufacturer", () => {
  test("and resuming it are acts of their own; repeating one is none", async () => {
    const { manufacturers, events } = setup();
    await manufacturers.add("acme", "Acme");
    await manufacturers.setStatus("acme", "suspended");
    expect(await manufacturers.setStatus("acme", "suspended")).toMatchObject({
      status: "suspended",
    });
    expect(await manufacturers.setStatus("acme", "active")).toEqual(acme);
    expect(events.slice(1)).toEqual([audit("suspended", {}), audit("resumed", {})]);
  });
});

test("nothing can be done with a manufacturer that was not added", async () => {
  const { manufacturers } = setup();
  const unknown = {
    code: "MANUFACTURER_UNKNOWN",
    message: expect.stringContaining("muster manufacturer add acme"),
    details: { manufacturer: "acme" },
  };
  await expect(manufacturers.get("acme")).rejects.toMatchObject(unknown);
  await expect(manufacturers.addIssuer("acme", ca.der)).rejects.toMatchObject(unknown);
  await expect(manufacturers.setStatus("acme", "suspended")).rejects.toMatchObject(unknown);
});
