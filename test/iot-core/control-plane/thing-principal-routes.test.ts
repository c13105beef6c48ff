import { describe, expect, test } from "vitest";
import { arnOf, type Refused, refusalOf, registerDevice, startStandIn } from "../support.ts";

async function setup() {
  const { iot, iotCore } = await startStandIn();
  const device = await registerDevice(iot);
  await iot.createThing({ thingName: "a" });
  await iot.createThing({ thingName: "b" });
  const attach = (thingName: string, exclusive = false) =>
    iot.attachThingPrincipal({
      thingName,
      principal: device.arn,
      ...(exclusive && { thingPrincipalType: "EXCLUSIVE_THING" }),
    });
  return { iot, registry: iotCore.registry, device, attach };
}

describe("AttachThingPrincipal", () => {
  test("attaches a certificate to many things, and again without effect", async () => {
    const { iot, registry, device, attach } = await setup();
    await attach("a");
    await attach("a");
    await attach("b");
    expect((await iot.listThingPrincipals({ thingName: "a" })).principals).toEqual([device.arn]);
    expect((await iot.listPrincipalThings({ principal: device.arn })).things).toEqual(["a", "b"]);
    expect(registry.isAttached("a", device.id)).toBe(true);
    expect(registry.exclusiveThingOf(device.id)).toBeUndefined();
  });

  test("attaches a certificate to one thing alone when asked to", async () => {
    const { iot, registry, device, attach } = await setup();
    await attach("a", true);
    await attach("a", true);
    expect(registry.exclusiveThingOf(device.id)).toBe("a");
    expect(await refusalOf(attach("b"))).toBe("400 InvalidRequestException");
    expect(await refusalOf(attach("b", true))).toBe("400 InvalidRequestException");
    expect(await refusalOf(attach("a"))).toBe("400 InvalidRequestException");
    await iot.detachThingPrincipal({ thingName: "a", principal: device.arn });
    await attach("b", true);
    expect(registry.exclusiveThingOf(device.id)).toBe("b");
  });

  test("does not make an attachment exclusive beside another", async () => {
    const { attach } = await setup();
    await attach("a");
    expect(await refusalOf(attach("b", true))).toBe("400 InvalidRequestException");
  });

  const unknownCertificate = arnOf(`cert/${"0".repeat(64)}`);
  const refusals: readonly Refused[] = [
    {
      name: "a thing that does not exist",
      call: (iot) => iot.attachThingPrincipal({ thingName: "c", principal: unknownCertificate }),
      refusal: "404 ResourceNotFoundException",
    },
    {
      name: "a certificate that does not exist",
      call: (iot) => iot.attachThingPrincipal({ thingName: "a", principal: unknownCertificate }),
      refusal: "404 ResourceNotFoundException",
    },
    {
      name: "a certificate of another account",
      call: (iot) =>
        iot.attachThingPrincipal({
          thingName: "a",
          principal: unknownCertificate.replace("123456789012", "210987654321"),
        }),
      refusal: "400 InvalidRequestException",
    },
    {
      name: "a bare certificate id",
      call: (iot) => iot.attachThingPrincipal({ thingName: "a", principal: "0".repeat(64) }),
      refusal: "400 InvalidRequestException",
    },
  ];
  test.for(refusals)("refuses $name", async ({ call, refusal }) => {
    const { iot } = await setup();
    expect(await refusalOf(call(iot))).toBe(refusal);
  });
});

describe("the lists of the second version", () => {
  test("tell how a certificate is attached, and can be asked for one kind", async () => {
    const { iot, device, attach } = await setup();
    await attach("a", true);
    const thingPrincipalType = "EXCLUSIVE_THING";
    expect((await iot.listThingPrincipalsV2({ thingName: "a" })).thingPrincipalObjects).toEqual([
      { principal: device.arn, thingPrincipalType },
    ]);
    expect(
      (await iot.listPrincipalThingsV2({ principal: device.arn })).principalThingObjects,
    ).toEqual([{ thingName: "a", thingPrincipalType }]);
    expect(
      (
        await iot.listPrincipalThingsV2({
          principal: device.arn,
          thingPrincipalType: "NON_EXCLUSIVE_THING",
        })
      ).principalThingObjects,
    ).toEqual([]);
  });
});

test("DetachThingPrincipal succeeds when there is nothing to detach", async () => {
  const { iot, device } = await setup();
  await expect(
    iot.detachThingPrincipal({ thingName: "a", principal: device.arn }),
  ).resolves.toBeDefined();
});
