import { describe, expect, test } from "vitest";
import { arnOf, type Refused, refusalOf, registerDevice, startStandIn } from "../support.ts";

const attributes = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, "v"]));

describe("CreateThing", () => {
  test("creates a thing that DescribeThing shows", async () => {
    const { iot } = await startStandIn();
    await iot.createThingType({ thingTypeName: "lamp" });
    const { thingId } = await iot.createThing({
      thingName: "lamp-1",
      thingTypeName: "lamp",
      attributePayload: { attributes: { colour: "warm-white" } },
    });
    expect(await iot.describeThing({ thingName: "lamp-1" })).toMatchObject({
      thingName: "lamp-1",
      thingArn: arnOf("thing/lamp-1"),
      thingId,
      thingTypeName: "lamp",
      defaultClientId: "lamp-1",
      attributes: { colour: "warm-white" },
      version: 1,
    });
  });

  test("may be repeated with the same configuration, in whatever order", async () => {
    const { iot } = await startStandIn();
    const create = (entries: Record<string, string>) =>
      iot.createThing({ thingName: "lamp", attributePayload: { attributes: entries } });
    const { thingId } = await create({ a: "1", b: "2" });
    await expect(create({ b: "2", a: "1" })).resolves.toMatchObject({ thingId });
    expect(await iot.describeThing({ thingName: "lamp" })).toMatchObject({ version: 1 });
  });

  test("is refused with another configuration", async () => {
    const { iot } = await startStandIn();
    const { thingId } = await iot.createThing({ thingName: "lamp" });
    await expect(
      iot.createThing({ thingName: "lamp", attributePayload: { attributes: { a: "1" } } }),
    ).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
      $metadata: { httpStatusCode: 409 },
      resourceId: thingId,
      resourceArn: arnOf("thing/lamp"),
    });
    expect(await iot.describeThing({ thingName: "lamp" })).toMatchObject({ attributes: {} });
  });

  const refusals: readonly Refused[] = [
    ...["a b", "ä", "a/b", "x".repeat(129)].map((thingName) => ({
      name: `the name ${thingName}`,
      call: (iot: Parameters<Refused["call"]>[0]) => iot.createThing({ thingName }),
      refusal: "400 InvalidRequestException",
    })),
    ...[
      { name: "an attribute name with a space", attributes: { "a b": "1" } },
      { name: "an attribute name of 129 characters", attributes: { ["x".repeat(129)]: "1" } },
      { name: "an attribute value with a space", attributes: { a: "1 2" } },
      { name: "an attribute value of 801 characters", attributes: { a: "x".repeat(801) } },
      { name: "four attributes without a thing type", attributes: attributes(4) },
    ].map(({ name, attributes: entries }) => ({
      name,
      call: (iot: Parameters<Refused["call"]>[0]) =>
        iot.createThing({ thingName: "lamp", attributePayload: { attributes: entries } }),
      refusal: "400 InvalidRequestException",
    })),
    {
      name: "a thing type that does not exist",
      call: (iot) => iot.createThing({ thingName: "lamp", thingTypeName: "none" }),
      refusal: "404 ResourceNotFoundException",
    },
    {
      name: "a billing group, of which there are none",
      call: (iot) => iot.createThing({ thingName: "lamp", billingGroupName: "none" }),
      refusal: "404 ResourceNotFoundException",
    },
  ];
  test.for(refusals)("refuses $name", async ({ call, refusal }) => {
    const { iot } = await startStandIn();
    expect(await refusalOf(call(iot))).toBe(refusal);
    expect((await iot.listThings({})).things).toEqual([]);
  });

  test("takes the longest name and every permitted character", async () => {
    const { iot } = await startStandIn();
    const thingName = "aZ09:_-".padEnd(128, "x");
    await expect(
      iot.createThing({
        thingName,
        attributePayload: { attributes: { "aZ09_.,@/:#-": "aZ09_.,@/:#=[]-" } },
      }),
    ).resolves.toMatchObject({ thingName });
  });

  test("takes fifty attributes with a thing type", async () => {
    const { iot } = await startStandIn();
    await iot.createThingType({ thingTypeName: "lamp" });
    const create = (thingName: string, count: number) =>
      iot.createThing({
        thingName,
        thingTypeName: "lamp",
        attributePayload: { attributes: attributes(count) },
      });
    await expect(create("fifty", 50)).resolves.toBeDefined();
    expect(await refusalOf(create("more", 51))).toBe("400 InvalidRequestException");
  });
});

describe("UpdateThing", () => {
  test("replaces, merges and removes attributes, and raises the version", async () => {
    const { iot } = await startStandIn();
    const thingName = "lamp";
    const update = async (entries: Record<string, string>, merge: boolean) => {
      await iot.updateThing({ thingName, attributePayload: { attributes: entries, merge } });
      const { attributes: result, version } = await iot.describeThing({ thingName });
      return { result, version };
    };
    await iot.createThing({ thingName, attributePayload: { attributes: { a: "1" } } });
    expect(await update({ b: "2" }, true)).toEqual({ result: { a: "1", b: "2" }, version: 2 });
    expect(await update({ a: "" }, true)).toEqual({ result: { b: "2" }, version: 3 });
    expect(await update({ c: "3" }, false)).toEqual({ result: { c: "3" }, version: 4 });
  });

  test("is refused when the thing has another version", async () => {
    const { iot } = await startStandIn();
    await iot.createThing({ thingName: "lamp" });
    expect(await refusalOf(iot.updateThing({ thingName: "lamp", expectedVersion: 2 }))).toBe(
      "409 VersionConflictException",
    );
    await iot.updateThing({ thingName: "lamp", expectedVersion: 1 });
    expect(await iot.describeThing({ thingName: "lamp" })).toMatchObject({ version: 2 });
  });

  test("takes a thing type away only when the attributes are few enough", async () => {
    const { iot } = await startStandIn();
    await iot.createThingType({ thingTypeName: "lamp" });
    const thing = { thingName: "lamp", thingTypeName: "lamp" };
    await iot.createThing({ ...thing, attributePayload: { attributes: attributes(4) } });
    const removeType = { thingName: "lamp", removeThingType: true };
    expect(await refusalOf(iot.updateThing(removeType))).toBe("400 InvalidRequestException");
    await iot.updateThing({ ...removeType, attributePayload: { attributes: attributes(3) } });
    expect((await iot.describeThing({ thingName: "lamp" })).thingTypeName).toBeUndefined();
  });

  test("knows no thing that was not created", async () => {
    const { iot } = await startStandIn();
    expect(await refusalOf(iot.updateThing({ thingName: "none" }))).toBe(
      "404 ResourceNotFoundException",
    );
    expect(await refusalOf(iot.describeThing({ thingName: "none" }))).toBe(
      "404 ResourceNotFoundException",
    );
  });
});

describe("DeleteThing", () => {
  test("succeeds for a thing that does not exist", async () => {
    const { iot } = await startStandIn();
    await expect(iot.deleteThing({ thingName: "none" })).resolves.toBeDefined();
  });

  test("is refused for another version, and while a principal is attached", async () => {
    const { iot } = await startStandIn();
    const { arn: principal } = await registerDevice(iot);
    const thingName = "lamp";
    await iot.createThing({ thingName });
    await iot.attachThingPrincipal({ thingName, principal });
    expect(await refusalOf(iot.deleteThing({ thingName, expectedVersion: 2 }))).toBe(
      "409 VersionConflictException",
    );
    expect(await refusalOf(iot.deleteThing({ thingName }))).toBe("400 InvalidRequestException");
    await iot.detachThingPrincipal({ thingName, principal });
    await iot.deleteThing({ thingName, expectedVersion: 1 });
    expect(await refusalOf(iot.describeThing({ thingName }))).toBe("404 ResourceNotFoundException");
  });

  test("takes the thing out of its groups", async () => {
    const { iot } = await startStandIn();
    await iot.createThing({ thingName: "lamp" });
    await iot.createThingGroup({ thingGroupName: "hall" });
    await iot.addThingToThingGroup({ thingName: "lamp", thingGroupName: "hall" });
    await iot.deleteThing({ thingName: "lamp" });
    expect((await iot.listThingsInThingGroup({ thingGroupName: "hall" })).things).toEqual([]);
  });
});

describe("ListThings", () => {
  async function setup() {
    const { iot } = await startStandIn();
    await iot.createThingType({ thingTypeName: "lamp" });
    await iot.createThing({ thingName: "a", attributePayload: { attributes: { room: "hall" } } });
    await iot.createThing({
      thingName: "b",
      attributePayload: { attributes: { room: "hallway" } },
    });
    await iot.createThing({ thingName: "c", thingTypeName: "lamp" });
    return async (filter: Parameters<typeof iot.listThings>[0]) =>
      (await iot.listThings(filter)).things?.map((thing) => thing.thingName);
  }

  test("filters by attribute, by prefix and by type", async () => {
    const list = await setup();
    expect(await list({})).toEqual(["a", "b", "c"]);
    expect(await list({ attributeName: "room" })).toEqual(["a", "b"]);
    expect(await list({ attributeName: "room", attributeValue: "hall" })).toEqual(["a"]);
    expect(
      await list({
        attributeName: "room",
        attributeValue: "hall",
        usePrefixAttributeValue: true,
      }),
    ).toEqual(["a", "b"]);
    expect(await list({ attributeName: "toString", attributeValue: "x" })).toEqual([]);
    expect(await list({ thingTypeName: "lamp" })).toEqual(["c"]);
  });
});

describe("thing types", () => {
  test("are created once, and shown", async () => {
    const { iot } = await startStandIn();
    const lamp = {
      thingTypeName: "lamp",
      thingTypeProperties: { thingTypeDescription: "a lamp", searchableAttributes: ["room"] },
    };
    const { thingTypeId } = await iot.createThingType(lamp);
    await expect(iot.createThingType(lamp)).resolves.toMatchObject({ thingTypeId });
    expect(await refusalOf(iot.createThingType({ thingTypeName: "lamp" }))).toBe(
      "409 ResourceAlreadyExistsException",
    );
    expect(await iot.describeThingType({ thingTypeName: "lamp" })).toMatchObject({
      ...lamp,
      thingTypeId,
      thingTypeArn: arnOf("thingtype/lamp"),
      thingTypeMetadata: { deprecated: false },
    });
    expect(await refusalOf(iot.describeThingType({ thingTypeName: "none" }))).toBe(
      "404 ResourceNotFoundException",
    );
  });
});
