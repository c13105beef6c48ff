import { paginateListThingTypes } from "@aws-sdk/client-iot";
import { describe, expect, test } from "vitest";
import { arnOf, type Refused, refusalOf, startStandIn, today } from "../support.ts";

const minute = 60_000;

async function setup() {
  let at = today.getTime();
  const { iot } = await startStandIn({ now: () => new Date(at) });
  await iot.createThingType({
    thingTypeName: "bulb",
    thingTypeProperties: { thingTypeDescription: "gives light", searchableAttributes: ["watt"] },
  });
  const advance = (ms: number) => {
    at += ms;
  };
  return { iot, advance };
}

describe("CreateThingType", () => {
  test("tells attributes apart whose names have commas", async () => {
    const { iot } = await setup();
    const create = (...searchableAttributes: string[]) =>
      iot.createThingType({ thingTypeName: "lamp", thingTypeProperties: { searchableAttributes } });
    await create("a,b", "c");
    expect(await refusalOf(create("a", "b,c"))).toBe("409 ResourceAlreadyExistsException");
    await create("c", "a,b");
  });
});

describe("ListThingTypes", () => {
  test("lists every type with its description, page by page", async () => {
    const { iot } = await setup();
    await iot.createThingType({ thingTypeName: "chair" });
    const found = [];
    for await (const { thingTypes } of paginateListThingTypes({ client: iot, pageSize: 1 }, {})) {
      found.push(thingTypes);
    }
    expect(found).toMatchObject([
      [
        {
          thingTypeName: "bulb",
          thingTypeArn: arnOf("thingtype/bulb"),
          thingTypeProperties: {
            thingTypeDescription: "gives light",
            searchableAttributes: ["watt"],
          },
          thingTypeMetadata: { deprecated: false, creationDate: today },
        },
      ],
      [{ thingTypeName: "chair" }],
    ]);
  });

  test("lists one of a name, or none", async () => {
    const { iot } = await setup();
    await iot.createThingType({ thingTypeName: "bulb-2" });
    expect((await iot.listThingTypes({ thingTypeName: "bulb" })).thingTypes).toHaveLength(1);
    expect((await iot.listThingTypes({ thingTypeName: "none" })).thingTypes).toEqual([]);
  });
});

describe("UpdateThingType", () => {
  test("changes what is given, and keeps the rest", async () => {
    const { iot } = await setup();
    const propertiesOf = async () =>
      (await iot.describeThingType({ thingTypeName: "bulb" })).thingTypeProperties;
    await iot.updateThingType({
      thingTypeName: "bulb",
      thingTypeProperties: { searchableAttributes: ["volt"] },
    });
    expect(await propertiesOf()).toEqual({
      thingTypeDescription: "gives light",
      searchableAttributes: ["volt"],
    });
  });
});

describe("DeprecateThingType", () => {
  test("keeps things from getting the type, until it is undone", async () => {
    const { iot, advance } = await setup();
    const metadata = async () =>
      (await iot.describeThingType({ thingTypeName: "bulb" })).thingTypeMetadata;
    const create = (thingName: string) => iot.createThing({ thingName, thingTypeName: "bulb" });
    await create("old");
    await iot.createThing({ thingName: "plain" });
    advance(minute);
    await iot.deprecateThingType({ thingTypeName: "bulb" });
    const deprecationDate = new Date(today.getTime() + minute);
    expect(await metadata()).toMatchObject({ deprecated: true, deprecationDate });
    expect(await refusalOf(create("new"))).toBe("400 InvalidRequestException");
    expect(await refusalOf(iot.updateThing({ thingName: "plain", thingTypeName: "bulb" }))).toBe(
      "400 InvalidRequestException",
    );
    await iot.updateThing({ thingName: "old", thingTypeName: "bulb" });

    await iot.deprecateThingType({ thingTypeName: "bulb", undoDeprecate: true });
    expect(await metadata()).toEqual({ deprecated: false, creationDate: today });
    await create("new");
  });
});

describe("DeleteThingType", () => {
  test("deletes a type five minutes after its deprecation, and not before", async () => {
    const { iot, advance } = await setup();
    const remove = () => iot.deleteThingType({ thingTypeName: "bulb" });
    expect(await refusalOf(remove())).toBe("400 InvalidRequestException");
    await iot.deprecateThingType({ thingTypeName: "bulb" });
    advance(2 * minute);
    await iot.deprecateThingType({ thingTypeName: "bulb" });
    advance(3 * minute - 1);
    expect(await refusalOf(remove())).toBe("400 InvalidRequestException");
    advance(1);
    await remove();
    expect(await refusalOf(remove())).toBe("404 ResourceNotFoundException");
  });

  test("does not delete a type that a thing has", async () => {
    const { iot, advance } = await setup();
    await iot.createThing({ thingName: "lamp", thingTypeName: "bulb" });
    await iot.deprecateThingType({ thingTypeName: "bulb" });
    advance(5 * minute);
    const remove = () => iot.deleteThingType({ thingTypeName: "bulb" });
    expect(await refusalOf(remove())).toBe("400 InvalidRequestException");
    await iot.updateThing({ thingName: "lamp", removeThingType: true });
    await remove();
  });
});

const refusals: readonly Refused[] = [
  {
    name: "a configuration of MQTT 5 properties",
    call: (iot) =>
      iot.updateThingType({
        thingTypeName: "bulb",
        thingTypeProperties: {
          mqtt5Configuration: { propagatingAttributes: [{ thingAttribute: "watt" }] },
        },
      }),
    refusal: "400 NotImplementedException",
  },
  {
    name: "a description with a line break",
    call: (iot) =>
      iot.updateThingType({
        thingTypeName: "bulb",
        thingTypeProperties: { thingTypeDescription: "a\nb" },
      }),
    refusal: "400 InvalidRequestException",
  },
  {
    name: "a thing of an unknown type",
    call: (iot) => iot.createThing({ thingName: "lamp", thingTypeName: "none" }),
    refusal: "404 ResourceNotFoundException",
  },
];
test.for(refusals)("$name is refused", async ({ call, refusal }) => {
  const { iot } = await setup();
  expect(await refusalOf(call(iot))).toBe(refusal);
});
