import {
  paginateListAttachedPolicies,
  paginateListCertificates,
  paginateListPolicies,
  paginateListThings,
  paginateListThingsInThingGroup,
} from "@aws-sdk/client-iot";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arnOf, issue, refusalOf, registerCa, startStandIn } from "../support.ts";

const names = (count: number) =>
  Array.from({ length: count }, (_, index) => `n${String(index).padStart(3, "0")}`);

test("every certificate is listed exactly once, newest first, at any page size", async () => {
  const { iot } = await startStandIn();
  const { keys } = await issue();
  const ids: string[] = [];
  for (let count = 0; count < 12; count += 1) {
    const { pem: certificatePem, id } = await issue({ keys });
    await iot.registerCertificateWithoutCA({ certificatePem });
    ids.push(id);
  }
  const list = async (pageSize: number, ascendingOrder: boolean) => {
    const found: (string | undefined)[] = [];
    const pages = paginateListCertificates({ client: iot, pageSize }, { ascendingOrder });
    for await (const { certificates = [] } of pages) {
      expect(certificates.length).toBeLessThanOrEqual(pageSize);
      found.push(...certificates.map((certificate) => certificate.certificateId));
    }
    return found;
  };
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 14 }), fc.boolean(), async (size, ascending) => {
      expect(await list(size, ascending)).toEqual(ascending ? ids : ids.toReversed());
    }),
    { numRuns: 20 },
  );
});

test("every thing is listed exactly once at any page size, also while others go", async () => {
  const { iot } = await startStandIn();
  for (const thingName of names(12)) await iot.createThing({ thingName });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 14 }), async (pageSize) => {
      const found: (string | undefined)[] = [];
      for await (const { things = [] } of paginateListThings({ client: iot, pageSize }, {})) {
        found.push(...things.map((thing) => thing.thingName));
        // The thing that the next page begins after may be gone by then.
        const [last = ""] = found.slice(-1);
        await iot.deleteThing({ thingName: last });
        await iot.createThing({ thingName: last });
      }
      expect(found).toEqual(names(12));
    }),
    { numRuns: 10 },
  );
});

test("a page has 25 entries unless the client asks for another size", async () => {
  const { iot } = await startStandIn();
  for (const thingName of names(26)) await iot.createThing({ thingName });
  const { things, nextToken } = await iot.listThings({});
  expect(things).toHaveLength(25);
  const { things: rest, nextToken: end } = await iot.listThings({ nextToken });
  expect(rest).toHaveLength(1);
  expect(end).toBeUndefined();
});

test("policies, attachments and members are paged too", async () => {
  const { iot } = await startStandIn();
  const policyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "*", Resource: "*" },
  });
  const target = arnOf("thinggroup/house");
  await iot.createThingGroup({ thingGroupName: "house" });
  for (const name of names(2)) {
    await iot.createPolicy({ policyName: name, policyDocument });
    await iot.attachPolicy({ policyName: name, target });
    await iot.createThing({ thingName: name });
    await iot.addThingToThingGroup({ thingName: name, thingGroupName: "house" });
  }
  const config = { client: iot, pageSize: 1 };
  const found: unknown[] = [];
  for await (const page of paginateListPolicies(config, {})) {
    found.push(page.policies?.map((policy) => policy.policyName));
  }
  for await (const page of paginateListAttachedPolicies(config, { target })) {
    found.push(page.policies?.map((policy) => policy.policyName));
  }
  for await (const page of paginateListThingsInThingGroup(config, { thingGroupName: "house" })) {
    found.push(page.things);
  }
  expect(found).toEqual([["n000"], ["n001"], ["n000"], ["n001"], ["n000"], ["n001"]]);
});

test("CA certificates are listed by their status and age", async () => {
  const { iot } = await startStandIn();
  const [first, second] = [await registerCa(iot), await registerCa(iot)];
  const { certificates, nextMarker } = await iot.listCACertificates({
    pageSize: 1,
    ascendingOrder: true,
  });
  expect(certificates).toMatchObject([{ certificateId: first.id, status: "ACTIVE" }]);
  const rest = await iot.listCACertificates({ marker: nextMarker, ascendingOrder: true });
  expect(rest.certificates).toMatchObject([{ certificateId: second.id }]);
});

const refused = [
  { name: "a page of none", request: { pageSize: 0 } },
  { name: "a page of more than 250", request: { pageSize: 251 } },
  { name: "a marker of its own making", request: { marker: "!" } },
  { name: "a marker of another list", request: { marker: Buffer.from("lamp").toString("base64") } },
];
test.for(["", "zzz", "!", Buffer.from("n001").toString("base64"), "x".repeat(2000)])(
  "a list is not begun from a token that no answer gave: %j",
  async (token) => {
    const { iot } = await startStandIn();
    const calls = [iot.listThings({ nextToken: token }), iot.listPolicies({ marker: token })];
    for (const call of calls) expect(await refusalOf(call)).toBe("400 InvalidRequestException");
  },
);

test("a token is good for the operation that gave it alone", async () => {
  const { iot } = await startStandIn();
  for (const name of names(2)) {
    await iot.createThing({ thingName: name });
    await iot.createThingGroup({ thingGroupName: name });
  }
  const { nextToken } = await iot.listThings({ maxResults: 1 });
  expect(await refusalOf(iot.listThingGroups({ nextToken }))).toBe("400 InvalidRequestException");
  expect((await iot.listThings({ nextToken })).things).toMatchObject([{ thingName: "n001" }]);
});

test.for(refused)("a client may not ask for $name", async ({ request }) => {
  const { iot } = await startStandIn();
  expect(await refusalOf(iot.listCertificates(request))).toBe("400 InvalidRequestException");
});
