import { describe, expect, test } from "vitest";
import { arnOf, refusalOf, startStandIn, today } from "../support.ts";

async function setup() {
  const { iot } = await startStandIn();
  await iot.createBillingGroup({ billingGroupName: "shop" });
  await iot.createBillingGroup({ billingGroupName: "home" });
  await iot.createThing({ thingName: "lamp" });
  const billingGroupOf = async (thingName: string) =>
    (await iot.describeThing({ thingName })).billingGroupName;
  return { iot, billingGroupOf };
}

describe("a billing group", () => {
  test("is created once, described, changed and listed", async () => {
    const { iot } = await setup();
    const request = {
      billingGroupName: "work",
      billingGroupProperties: { billingGroupDescription: "paid by work" },
    };
    const { billingGroupId } = await iot.createBillingGroup(request);
    expect(await iot.createBillingGroup(request)).toMatchObject({ billingGroupId });
    expect(await refusalOf(iot.createBillingGroup({ billingGroupName: "work" }))).toBe(
      "409 ResourceAlreadyExistsException",
    );
    const { $metadata: _, ...described } = await iot.describeBillingGroup(request);
    expect(described).toEqual({
      billingGroupName: "work",
      billingGroupArn: arnOf("billinggroup/work"),
      billingGroupId,
      version: 1,
      billingGroupProperties: request.billingGroupProperties,
      billingGroupMetadata: { creationDate: today },
    });
    expect(await iot.updateBillingGroup({ ...request, expectedVersion: 1 })).toMatchObject({
      version: 2,
    });
    expect((await iot.listBillingGroups({ namePrefixFilter: "w" })).billingGroups).toEqual([
      { groupName: "work", groupArn: arnOf("billinggroup/work") },
    ]);
    const { billingGroups, nextToken } = await iot.listBillingGroups({ maxResults: 2 });
    expect(billingGroups?.map(({ groupName }) => groupName)).toEqual(["home", "shop"]);
    expect((await iot.listBillingGroups({ nextToken })).billingGroups).toHaveLength(1);
  });

  test("has things, each of which is in one at most", async () => {
    const { iot, billingGroupOf } = await setup();
    await iot.addThingToBillingGroup({ billingGroupName: "shop", thingName: "lamp" });
    await iot.addThingToBillingGroup({
      billingGroupArn: arnOf("billinggroup/shop"),
      thingArn: arnOf("thing/lamp"),
    });
    expect(await billingGroupOf("lamp")).toBe("shop");
    expect((await iot.listThingsInBillingGroup({ billingGroupName: "shop" })).things).toEqual([
      "lamp",
    ]);
    const toHome = { billingGroupName: "home", thingName: "lamp" };
    expect(await refusalOf(iot.addThingToBillingGroup(toHome))).toBe("400 InvalidRequestException");
    await iot.removeThingFromBillingGroup(toHome);
    expect(await billingGroupOf("lamp")).toBe("shop");
    await iot.removeThingFromBillingGroup({ billingGroupName: "shop", thingName: "lamp" });
    expect(await billingGroupOf("lamp")).toBeUndefined();
  });

  test("is left by its things when it is deleted", async () => {
    const { iot, billingGroupOf } = await setup();
    await iot.createThing({ thingName: "chair", billingGroupName: "shop" });
    await iot.deleteBillingGroup({ billingGroupName: "shop" });
    expect(await billingGroupOf("chair")).toBeUndefined();
  });
});

test("a thing keeps its billing group, which is part of its configuration", async () => {
  const { iot, billingGroupOf } = await setup();
  const chair = { thingName: "chair", billingGroupName: "shop" };
  const { thingId } = await iot.createThing(chair);
  expect(await iot.createThing(chair)).toMatchObject({ thingId });
  expect(await refusalOf(iot.createThing({ thingName: "chair" }))).toBe(
    "409 ResourceAlreadyExistsException",
  );
  await iot.updateThing({ thingName: "chair", attributePayload: { attributes: { a: "1" } } });
  expect(await billingGroupOf("chair")).toBe("shop");
});
