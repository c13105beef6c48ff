import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createManufacturers } from "../../../src/access/manufacturers/manage-manufacturers.ts";
import { createManufacturerStore } from "../../../src/aws/dynamodb/manufacturer-store.ts";
import { createCa } from "../../../src/local/sample-pki.ts";
import { createWorld, type World } from "../../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.operator.manufacturers.add("rival", "Rival");
  await world.operator.manufacturers.add("third", "Third");
});
afterAll(() => world.close());

const toTables = () => ({ client: world.clients.dynamodb, ledger: "ledger", audit: "audit" });

describe("who issues from a CA, in the database", () => {
  test("is one manufacturer, of many who claim it at the same moment", async () => {
    const ca = await createCa({ name: "Wanted by all" });
    const { manufacturers } = world.operator;
    const claims = await Promise.allSettled(
      ["acme", "rival", "third"].map((id) => manufacturers.addIssuer(id, ca.der)),
    );
    expect(claims.map(({ status }) => status).toSorted()).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
    ]);
    for (const claim of claims) {
      if (claim.status === "rejected") expect(claim.reason.code).toBe("CA_CONFLICT");
    }
  });

  test("is shared with all who are let, at the same moment too, and shared no more after them", async () => {
    const ca = await createCa({ name: "Shared by all" });
    const { manufacturers, verifyAudit } = world.operator;
    const { readOwnership } = createManufacturerStore(toTables());
    await manufacturers.addIssuer("acme", ca.der);
    await manufacturers.shareIssuer("acme", ca.certificateId);
    await Promise.all(["rival", "third"].map((id) => manufacturers.addIssuer(id, ca.der)));
    const ownership = await readOwnership(ca.certificateId);
    expect(ownership).toMatchObject({ manufacturer: "acme", shared: true });
    expect(ownership?.others.toSorted()).toEqual(["rival", "third"]);
    expect((await manufacturers.get("third")).sharedIssuers).toEqual([ca.certificateId]);
    for (const id of ["rival", "third"]) await manufacturers.removeIssuer(id, ca.certificateId);
    await manufacturers.unshareIssuer("acme", ca.certificateId);
    await manufacturers.removeIssuer("acme", ca.certificateId);
    expect(await readOwnership(ca.certificateId)).toBeUndefined();
    for (const id of ["acme", "rival", "third"]) {
      expect(await verifyAudit(`MANUFACTURER#${id}`)).toMatchObject({ broken: [] });
    }
  });

  test("is never taken from another while it stops being shared", async () => {
    const ca = await createCa({ name: "In transition" });
    const store = createManufacturerStore(toTables());
    const { manufacturers } = world.operator;
    await manufacturers.addIssuer("acme", ca.der);
    await manufacturers.shareIssuer("acme", ca.certificateId);
    // What rival read when it was shared is not so any more when it writes.
    let isFirst = true;
    const late = createManufacturers({
      ...store,
      writeIssuer: async (change) => {
        if (isFirst) await manufacturers.unshareIssuer("acme", ca.certificateId);
        isFirst = false;
        return store.writeIssuer(change);
      },
      now: world.now,
      actor: "test",
    });
    await expect(late.addIssuer("rival", ca.der)).rejects.toMatchObject({ code: "CA_CONFLICT" });
    expect((await manufacturers.get("rival")).issuers).not.toContainEqual(ca.der);
  });

  test("may have been written by an earlier version, which knew of no sharing", async () => {
    const ca = await createCa({ name: "Of old" });
    const { manufacturers } = world.operator;
    const Item = {
      pk: { S: `ISSUER#${ca.certificateId}` },
      sk: { S: "OWNER" },
      schema: { N: "1" },
      manufacturer: { S: "acme" },
    };
    await world.clients.dynamodb.send(new PutItemCommand({ TableName: "ledger", Item }));
    await expect(manufacturers.addIssuer("rival", ca.der)).rejects.toMatchObject({
      code: "CA_CONFLICT",
    });
    await manufacturers.addIssuer("acme", ca.der);
    await manufacturers.shareIssuer("acme", ca.certificateId);
    expect((await manufacturers.addIssuer("rival", ca.der)).sharedIssuers).toContain(
      ca.certificateId,
    );
  });
});
