import { describe, expect, test } from "vitest";
import { createManufacturers } from "../../src/access/manufacturers/manage-manufacturers.ts";
import { createCa } from "../../src/local/sample-pki.ts";
import type { Manufacturer } from "../../src/rules/decision/ledger.ts";
import { createOwnerships, createSubjects } from "../support/memory-subjects.ts";

const ca = await createCa({ name: "Chip vendor CA" });
const issuer = ca.certificateId;

/** acme's CA, and others that would like to issue from it. */
async function setup(conflicts = 0) {
  const subjects = createSubjects<Manufacturer>();
  const ownerships = createOwnerships(subjects.write);
  let left = conflicts;
  const manufacturers = createManufacturers({
    ...subjects,
    ...ownerships,
    writeIssuer: async (change) => {
      left -= 1;
      return left < 0 ? ownerships.writeIssuer(change) : false;
    },
    now: () => new Date("2026-05-01T00:00:00.000Z"),
    actor: "operator:eve",
  });
  for (const id of ["acme", "rival", "third"]) await manufacturers.add(id, id);
  return { manufacturers, ...subjects, ...ownerships };
}

async function setupShared() {
  const all = await setup();
  await all.manufacturers.addIssuer("acme", ca.der);
  await all.manufacturers.shareIssuer("acme", issuer);
  await all.manufacturers.addIssuer("rival", ca.der);
  return all;
}

describe("a shared issuer", () => {
  test("is taken by others, and marked with each who issues from it", async () => {
    const { manufacturers, ownerships } = await setupShared();
    for (const id of ["acme", "rival"]) {
      expect(await manufacturers.get(id)).toMatchObject({
        issuers: [ca.der],
        sharedIssuers: [issuer],
      });
    }
    expect(ownerships.get(issuer)).toEqual({
      manufacturer: "acme",
      shared: true,
      others: ["rival"],
    });
  });

  test("is an act of its own in the audit records, which repeating is not", async () => {
    const { manufacturers, events } = await setupShared();
    const count = events.length;
    await manufacturers.shareIssuer("acme", issuer);
    await manufacturers.addIssuer("rival", ca.der);
    await manufacturers.addIssuer("acme", ca.der);
    expect(events).toHaveLength(count);
    expect(events.slice(-3).map(({ id, action, evidence }) => [id, action, evidence])).toEqual([
      ["acme", "issuer-added", { issuer, subject: "CN=Chip vendor CA" }],
      ["acme", "issuer-shared", { issuer, subject: "CN=Chip vendor CA" }],
      ["rival", "issuer-added", { issuer, subject: "CN=Chip vendor CA" }],
    ]);
  });

  test("stays shared while others issue from it, and its owner's", async () => {
    const { manufacturers } = await setupShared();
    const refused = { code: "CA_CONFLICT", message: expect.stringContaining("rival") };
    await expect(manufacturers.unshareIssuer("acme", issuer)).rejects.toMatchObject(refused);
    await expect(manufacturers.removeIssuer("acme", issuer)).rejects.toMatchObject(refused);
  });

  test("is one manufacturer's again when the others have lost it", async () => {
    const { manufacturers, ownerships } = await setupShared();
    const left = await manufacturers.removeIssuer("rival", issuer);
    expect(left).toEqual({ id: "rival", name: "rival", status: "active", issuers: [] });
    const own = await manufacturers.unshareIssuer("acme", issuer);
    expect(own).not.toHaveProperty("sharedIssuers");
    expect(ownerships.get(issuer)).toEqual({ manufacturer: "acme", shared: false, others: [] });
    await expect(manufacturers.addIssuer("third", ca.der)).rejects.toMatchObject({
      code: "CA_CONFLICT",
    });
  });

  test.for(["shareIssuer", "unshareIssuer"] as const)(
    "is none of another's to decide about: %s",
    async (act) => {
      const { manufacturers } = await setupShared();
      await expect(manufacturers[act]("rival", issuer)).rejects.toMatchObject({
        code: "CA_CONFLICT",
      });
    },
  );
});

describe("an issuer", () => {
  test("that was removed is free for the next", async () => {
    const { manufacturers, ownerships } = await setup();
    await manufacturers.addIssuer("acme", ca.der);
    await manufacturers.removeIssuer("acme", issuer);
    expect(ownerships.size).toBe(0);
    expect((await manufacturers.addIssuer("rival", ca.der)).issuers).toEqual([ca.der]);
  });

  test.for(["removeIssuer", "shareIssuer", "unshareIssuer"] as const)(
    "that a manufacturer does not have is refused: %s",
    async (act) => {
      const { manufacturers } = await setup();
      await expect(manufacturers[act]("acme", issuer)).rejects.toMatchObject({
        code: "ISSUER_UNKNOWN",
        details: { issuer },
      });
      await expect(manufacturers[act]("nobody", issuer)).rejects.toMatchObject({
        code: "MANUFACTURER_UNKNOWN",
      });
    },
  );

  test("is changed again when somebody else was faster, a few times", async () => {
    const few = await setup(7);
    expect((await few.manufacturers.addIssuer("acme", ca.der)).issuers).toHaveLength(1);
    const many = await setup(8);
    await expect(many.manufacturers.addIssuer("acme", ca.der)).rejects.toMatchObject({
      code: "STATE_CHANGED",
    });
  });
});
