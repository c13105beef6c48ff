import { paginateListThingGroups } from "@aws-sdk/client-iot";
import { describe, expect, test } from "vitest";
import { arnOf, refusalOf, startStandIn } from "../support.ts";

/** house > floor > room; garden */
async function setup() {
  const { iot, iotCore } = await startStandIn();
  await iot.createThingGroup({ thingGroupName: "house" });
  await iot.createThingGroup({ thingGroupName: "floor", parentGroupName: "house" });
  await iot.createThingGroup({ thingGroupName: "room", parentGroupName: "floor" });
  await iot.createThingGroup({ thingGroupName: "garden" });
  return { iot, iotCore };
}

describe("ListThingGroups", () => {
  const cases = [
    { name: "all", request: {}, found: ["floor", "garden", "house", "room"] },
    { name: "those at the top", request: { recursive: false }, found: ["garden", "house"] },
    { name: "those directly below one", request: { parentGroup: "house" }, found: ["floor"] },
    {
      name: "all below one",
      request: { parentGroup: "house", recursive: true },
      found: ["floor", "room"],
    },
    {
      name: "those that begin with some letters",
      request: { namePrefixFilter: "ro" },
      found: ["room"],
    },
    { name: "none", request: { parentGroup: "garden", recursive: true }, found: [] },
  ];
  test.for(cases)("lists $name", async ({ request, found }) => {
    const { iot } = await setup();
    expect((await iot.listThingGroups(request)).thingGroups).toEqual(
      found.map((name) => ({ groupName: name, groupArn: arnOf(`thinggroup/${name}`) })),
    );
  });

  test("pages", async () => {
    const { iot } = await setup();
    const found = [];
    for await (const page of paginateListThingGroups({ client: iot, pageSize: 3 }, {})) {
      found.push(page.thingGroups?.length);
    }
    expect(found).toEqual([3, 1]);
  });
});

describe("UpdateThingGroup", () => {
  test("changes attributes and description, and raises the version", async () => {
    const { iot } = await setup();
    const update = (attributes: Record<string, string>, merge: boolean, expectedVersion: number) =>
      iot.updateThingGroup({
        thingGroupName: "room",
        thingGroupProperties: { attributePayload: { attributes, merge } },
        expectedVersion,
      });
    expect(await update({ a: "1", b: "2" }, false, 1)).toMatchObject({ version: 2 });
    expect(await update({ b: "3" }, true, 2)).toMatchObject({ version: 3 });
    expect(await refusalOf(update({}, false, 2))).toBe("409 VersionConflictException");
    await iot.updateThingGroup({
      thingGroupName: "room",
      thingGroupProperties: { thingGroupDescription: "the hall" },
    });
    expect(await iot.describeThingGroup({ thingGroupName: "room" })).toMatchObject({
      version: 4,
      thingGroupProperties: {
        thingGroupDescription: "the hall",
        attributePayload: { attributes: { a: "1", b: "3" } },
      },
    });
  });

  test("takes fifty attributes, and not one more", async () => {
    const { iot } = await setup();
    const update = (count: number) =>
      iot.updateThingGroup({
        thingGroupName: "room",
        thingGroupProperties: {
          attributePayload: {
            attributes: Object.fromEntries(
              Array.from({ length: count }, (_, index) => [`a${index}`, "1"]),
            ),
          },
        },
      });
    await update(50);
    expect(await refusalOf(update(51))).toBe("400 InvalidRequestException");
  });
});

describe("DeleteThingGroup", () => {
  test("takes things out and policies off, so that a new group of the name has neither", async () => {
    const { iot } = await setup();
    const policyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "*", Resource: "*" },
    });
    await iot.createPolicy({ policyName: "open", policyDocument });
    await iot.attachPolicy({ policyName: "open", target: arnOf("thinggroup/room") });
    await iot.createThing({ thingName: "lamp" });
    await iot.addThingToThingGroup({ thingName: "lamp", thingGroupName: "room" });

    await iot.deleteThingGroup({ thingGroupName: "room" });
    expect((await iot.listThingGroupsForThing({ thingName: "lamp" })).thingGroups).toEqual([]);
    await iot.createThingGroup({ thingGroupName: "room" });
    expect((await iot.listThingsInThingGroup({ thingGroupName: "room" })).things).toEqual([]);
    await iot.deletePolicy({ policyName: "open" });
  });

  test("deletes no group with groups below it, and one that is not there without a word", async () => {
    const { iot } = await setup();
    expect(await refusalOf(iot.deleteThingGroup({ thingGroupName: "floor" }))).toBe(
      "400 InvalidRequestException",
    );
    await iot.deleteThingGroup({ thingGroupName: "none" });
    expect(
      await refusalOf(iot.deleteThingGroup({ thingGroupName: "room", expectedVersion: 2 })),
    ).toBe("409 VersionConflictException");
    await iot.deleteThingGroup({ thingGroupName: "room", expectedVersion: 1 });
    await iot.deleteThingGroup({ thingGroupName: "floor" });
  });
});

describe("UpdateThingGroupsForThing", () => {
  async function withLamp() {
    const { iot } = await setup();
    await iot.createThing({ thingName: "lamp" });
    await iot.addThingToThingGroup({ thingName: "lamp", thingGroupName: "floor" });
    const groups = async () =>
      (await iot.listThingGroupsForThing({ thingName: "lamp" })).thingGroups?.map(
        ({ groupName }) => groupName,
      );
    return { iot, groups };
  }

  test("moves a thing within a hierarchy", async () => {
    const { iot, groups } = await withLamp();
    await iot.updateThingGroupsForThing({
      thingName: "lamp",
      thingGroupsToAdd: ["room", "garden"],
      thingGroupsToRemove: ["floor"],
    });
    expect(await groups()).toEqual(["garden", "room"]);
  });

  test("does all or nothing", async () => {
    const { iot, groups } = await withLamp();
    const update = iot.updateThingGroupsForThing({
      thingName: "lamp",
      thingGroupsToAdd: ["garden", "room"],
    });
    expect(await refusalOf(update)).toBe("400 InvalidRequestException");
    expect(await groups()).toEqual(["floor"]);
  });
});
