import { describe, expect, test } from "vitest";
import { refusalOf, registerDevice, startStandIn } from "../support.ts";

describe("DeleteCertificate", () => {
  async function setup() {
    const { iot } = await startStandIn();
    const device = await registerDevice(iot);
    const policyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "iot:*", Resource: "*" },
    });
    await iot.createPolicy({ policyName: "all", policyDocument });
    await iot.createThing({ thingName: "lamp" });
    return { iot, device };
  }

  test("deletes an INACTIVE certificate that nothing is attached to", async () => {
    const { iot, device } = await setup();
    await iot.deleteCertificate({ certificateId: device.id });
    expect(await refusalOf(iot.describeCertificate({ certificateId: device.id }))).toBe(
      "404 ResourceNotFoundException",
    );
  });

  test("refuses an ACTIVE certificate even when forced", async () => {
    const { iot, device } = await setup();
    await iot.updateCertificate({ certificateId: device.id, newStatus: "ACTIVE" });
    expect(
      await refusalOf(iot.deleteCertificate({ certificateId: device.id, forceDelete: true })),
    ).toBe("406 CertificateStateException");
  });

  test("refuses a certificate attached to a thing even when forced", async () => {
    const { iot, device } = await setup();
    await iot.attachThingPrincipal({ thingName: "lamp", principal: device.arn });
    expect(
      await refusalOf(iot.deleteCertificate({ certificateId: device.id, forceDelete: true })),
    ).toBe("409 DeleteConflictException");
  });

  test("takes off the policies only when forced", async () => {
    const { iot, device } = await setup();
    await iot.attachPolicy({ policyName: "all", target: device.arn });
    expect(await refusalOf(iot.deleteCertificate({ certificateId: device.id }))).toBe(
      "409 DeleteConflictException",
    );
    await iot.deleteCertificate({ certificateId: device.id, forceDelete: true });
    expect((await iot.listTargetsForPolicy({ policyName: "all" })).targets).toEqual([]);
  });
});
