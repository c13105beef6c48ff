import assert from "node:assert/strict";
import { toManifest } from "../fleet.ts";
import { eventually } from "../report.ts";
import { checkLetIn, publish, untilStatus } from "./iot.ts";
import type { Scenario } from "./scenario.ts";
import { type Manufacturer, profile } from "./set-up.ts";
import type { Stage } from "./stage.ts";

/** A batch whose devices AWS IoT is told of before they connect. */
export async function playRegistrationInAdvance(
  scenario: Scenario,
  { operator }: Stage,
  { api, provenCa }: Manufacturer,
): Promise<void> {
  const { report, factory } = scenario;
  const devices = [await factory.makeDevice(provenCa), await factory.makeDevice(provenCa)];
  await report.check("a batch waits for the operator, then all of it is registered", async () => {
    const manifest = toManifest(devices.map(({ pem }) => pem));
    const { batch } = await api.open(manifest, { profile: profile.inAdvance, inline: true });
    const { approval } = await api.until(batch.id, "awaiting-approval");
    assert.equal(approval?.quantity, devices.length);
    await operator.call("POST", `/v1/batches/${batch.id}/approve`, { quantity: devices.length });
    for (const device of devices) {
      await untilStatus(scenario, device, "ACTIVE");
      await checkLetIn(scenario, device);
    }
  });
  await report.check("its devices get in at their first connect", async () => {
    for (const device of devices) {
      await eventually(async () => (await publish(scenario, device)) || undefined, scenario.target);
    }
  });
}
