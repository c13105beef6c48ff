import assert from "node:assert/strict";
import { type Device, toManifest } from "../fleet.ts";
import { eventually } from "../report.ts";
import {
  checkAudit,
  checkLetIn,
  connectFirst,
  publish,
  toConnectWords,
  untilStatus,
} from "./iot.ts";
import type { Delivery } from "./push-batches.ts";
import type { Scenario } from "./scenario.ts";
import { type Manufacturer, profile } from "./set-up.ts";
import type { Stage } from "./stage.ts";

interface Explanation {
  readonly standing: string;
  readonly reasons: readonly { readonly code: string }[];
}

/** Devices connect for the first time: those of the ledger get in, others are parked. */
export async function playFirstConnects(
  scenario: Scenario,
  stage: Stage,
  manufacturer: Manufacturer,
  { proven, vendors }: Delivery,
): Promise<void> {
  const { report, factory } = scenario;
  const { check } = report;
  await check("a device of the ledger connects, is closed, and is let in", () =>
    letIn(scenario, stage, proven[0]),
  );
  await check("it talks both ways then, and its audit is whole", async () => {
    const [device] = proven as [Device];
    await eventually(async () => (await publish(scenario, device)) || undefined, scenario.target);
    await receive(scenario, device);
    await checkAudit(stage, device);
  });
  await check("so is one under a CA in SNI_ONLY mode", () => letIn(scenario, stage, vendors[0]));

  const stranger = await factory.makeDevice(manufacturer.provenCa);
  await check("one outside of the ledger is parked, and is told why", async () => {
    await connectFirst(scenario, stranger);
    await untilStatus(scenario, stranger, "INACTIVE");
    const path = `/v1/certificates/${stranger.certificateId}/explanation`;
    const explained = await eventually(async () => {
      const found = await stage.operator.call<Explanation>("GET", path);
      return found.standing === "quarantined" ? found : undefined;
    }, scenario.target);
    assert.deepEqual(
      explained.reasons.map(({ code }) => code),
      ["NOT_IN_LEDGER"],
    );
    await checkAudit(stage, stranger);
  });
  await check("and is let in once a batch brings it", async () => {
    const options = { profile: profile.jitr, inline: true };
    const { batch } = await manufacturer.api.open(toManifest([stranger.pem]), options);
    await manufacturer.api.until(batch.id, "completed");
    await untilStatus(scenario, stranger, "ACTIVE");
    await checkLetIn(scenario, stranger);
  });
  await check("an operator's revocation puts a device out", async () => {
    const [, device] = vendors as [Device, Device];
    await letIn(scenario, stage, device);
    const path = `/v1/certificates/${device.certificateId}/revoke`;
    await stage.operator.call("POST", path, { reason: "test" });
    await untilStatus(scenario, device, "INACTIVE");
    assert.equal(await publish(scenario, device), false, "it still gets in");
  });
}

/** A first connect, and what comes of it. */
export async function letIn(
  scenario: Scenario,
  stage: Stage,
  device: Device | undefined,
): Promise<void> {
  assert.ok(device, "there is no such device");
  await connectFirst(scenario, device);
  await untilStatus(scenario, device, "ACTIVE");
  await checkLetIn(scenario, device);
  await eventually(async () => {
    const path = `/v1/certificates/${device.certificateId}`;
    const { state } = await stage.operator.call<{ readonly state: { readonly status: string } }>(
      "GET",
      path,
    );
    return state.status === "admitted" ? state : undefined;
  }, scenario.target);
}

/** By mosquitto_sub, what `aws iot-data` says to it. */
async function receive(scenario: Scenario, device: Device): Promise<void> {
  const { clients, endpoint } = scenario;
  const topic = `cmd/${device.name}/ping`;
  const words = [...toConnectWords(endpoint, device), "-t", topic, "-C", "1", "-W", "20"];
  const received = clients.run("mosquitto_sub", words);
  let over = false;
  const speaking = (async () => {
    const message = ["--topic", topic, "--payload", `fileb://${clients.write("pong", "pong")}`];
    while (!over) await clients.aws("iot-data", "publish", ...message);
  })();
  try {
    assert.equal((await received).trim(), "pong");
  } finally {
    over = true;
    await speaking;
  }
}
