import { describe, expect, test } from "vitest";
import { arnOf, type Refused, refusalOf, startStandIn } from "../support.ts";

describe("CreateThingGroup", () => {
  test("creates a group once, and shows it with the groups above it", async () => {
    const { iot } = await startStandIn();
    await iot.createThingGroup({ thingGroupName: "house" });
    await iot.createThingGroup({ thingGroupName: "floor", parentGroupName: "house" });
    const room = {
      thingGroupName: "room",
      parentGroupName: "floor",
      thingGroupProperties: {
        thingGroupDescription: "the hall",
        attributePayload: { attributes: { a: "1" } },
      },
    };
    const { thingGroupId } = await iot.createThingGroup(room);
    await expect(iot.createThingGroup(room)).resolves.toMatchObject({ thingGroupId });
    expect(await refusalOf(iot.createThingGroup({ thingGroupName: "room" }))).toBe(
      "409 ResourceAlreadyExistsException",
    );
    expect(await iot.describeThingGroup({ thingGroupName: "room" })).toMatchObject({
      thingGroupName: "room",
      thingGroupArn: arnOf("thinggroup/room"),
      thingGroupId,
      version: 1,
      thingGroupProperties: room.thingGroupProperties,
      thingGroupMetadata: {
        parentGroupName: "floor",
        rootToParentThingGroups: [
          { groupName: "house", groupArn: arnOf("thinggroup/house") },
          { groupName: "floor", groupArn: arnOf("thinggroup/floor") },
        ],
      },
    });
  });

  test("refuses a parent that does not exist, and an eighth level", async () => {
    const { iot } = await startStandIn();
    expect(
      await refusalOf(iot.createThingGroup({ thingGroupName: "a", parentGroupName: "none" })),
    ).toBe("400 InvalidRequestException");
    await iot.createThingGroup({ thingGroupName: "level-1" });
    const nest = (level: number) =>
      iot.createThingGroup({
        thingGroupName: `level-${level}`,
        parentGroupName: `level-${level - 1}`,
      });
    for (let level = 2; level <= 7; level += 1) await nest(level);
    expect(await refusalOf(nest(8))).toBe("400 InvalidRequestException");
  });

  test("refuses a hundred and first child", async () => {
    const { iot } = await startStandIn();
    await iot.createThingGroup({ thingGroupName: "house" });
    const addChild = (number: number) =>
      iot.createThingGroup({ thingGroupName: `child-${number}`, parentGroupName: "house" });
    for (let number = 1; number <= 100; number += 1) await addChild(number);
    expect(await refusalOf(addChild(101))).toBe("400 InvalidRequestException");
  });
});

describe("AddThingToThingGroup", () => {
  async function setup() {
    const { iot } = await startStandIn();
    await iot.createThing({ thingName: "lamp" });
    await iot.createThingGroup({ thingGroupName: "house" });
    await iot.createThingGroup({ thingGroupName: "room", parentGroupName: "house" });
    return iot;
  }

  test("adds by name or by ARN, and again without effect", async () => {
    const iot = await setup();
    await iot.addThingToThingGroup({ thingName: "lamp", thingGroupName: "room" });
    await iot.addThingToThingGroup({
      thingArn: arnOf("thing/lamp"),
      thingGroupArn: arnOf("thinggroup/room"),
    });
    expect((await iot.listThingGroupsForThing({ thingName: "lamp" })).thingGroups).toEqual([
      { groupName: "room", groupArn: arnOf("thinggroup/room") },
    ]);
    expect((await iot.listThingsInThingGroup({ thingGroupName: "room" })).things).toEqual(["lamp"]);
    expect((await iot.listThingsInThingGroup({ thingGroupName: "house" })).things).toEqual([]);
    expect(
      (await iot.listThingsInThingGroup({ thingGroupName: "house", recursive: true })).things,
    ).toEqual(["lamp"]);
    await iot.removeThingFromThingGroup({ thingName: "lamp", thingGroupName: "room" });
    expect((await iot.listThingsInThingGroup({ thingGroupName: "room" })).things).toEqual([]);
  });

  test("refuses an eleventh group", async () => {
    const iot = await setup();
    const join = async (number: number) => {
      await iot.createThingGroup({ thingGroupName: `group-${number}` });
      await iot.addThingToThingGroup({ thingName: "lamp", thingGroupName: `group-${number}` });
    };
    for (let number = 1; number <= 10; number += 1) await join(number);
    expect(await refusalOf(join(11))).toBe("400 InvalidRequestException");
  });

  const refusals: readonly Refused[] = [
    {
      name: "a second group of one hierarchy",
      call: async (iot) => {
        await iot.addThingToThingGroup({ thingName: "lamp", thingGroupName: "room" });
        await iot.addThingToThingGroup({ thingName: "lamp", thingGroupName: "house" });
      },
      refusal: "400 InvalidRequestException",
    },
    {
      name: "a thing that does not exist",
      call: (iot) => iot.addThingToThingGroup({ thingName: "none", thingGroupName: "room" }),
      refusal: "404 ResourceNotFoundException",
    },
    {
      name: "a group that does not exist",
      call: (iot) => iot.addThingToThingGroup({ thingName: "lamp", thingGroupName: "none" }),
      refusal: "404 ResourceNotFoundException",
    },
    {
      name: "no group at all",
      call: (iot) => iot.addThingToThingGroup({ thingName: "lamp" }),
      refusal: "400 InvalidRequestException",
    },
    {
      name: "a name and an ARN that differ",
      call: (iot) =>
        iot.addThingToThingGroup({
          thingName: "lamp",
          thingGroupName: "room",
          thingGroupArn: arnOf("thinggroup/house"),
        }),
      refusal: "400 InvalidRequestException",
    },
  ];
  test.for(refusals)("refuses $name", async ({ call, refusal }) => {
    expect(await refusalOf(call(await setup()))).toBe(refusal);
  });
});

describe("a group that was never created", () => {
  const refusals: readonly Refused[] = [
    {
      name: "described",
      call: (iot) => iot.describeThingGroup({ thingGroupName: "none" }),
      refusal: "404 ResourceNotFoundException",
    },
    {
      name: "listed",
      call: (iot) => iot.listThingsInThingGroup({ thingGroupName: "none" }),
      refusal: "404 ResourceNotFoundException",
    },
  ];
  test.for(refusals)("cannot be $name", async ({ call, refusal }) => {
    const { iot } = await startStandIn();
    expect(await refusalOf(call(iot))).toBe(refusal);
  });
});
