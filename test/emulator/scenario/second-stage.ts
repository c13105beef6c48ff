import assert from "node:assert/strict";
import { createApi } from "../clients/create-api.ts";
import { toManifest } from "../fleet.ts";
import { eventually } from "../report.ts";
import { findQueue } from "./dead-letters.ts";
import { letIn } from "./first-connects.ts";
import { readData } from "./kept-data.ts";
import type { Scenario } from "./scenario.ts";
import { profile, setUp } from "./set-up.ts";
import { openStage, type Stage } from "./stage.ts";

/** Another stage in the same account. AWS IoT's events of all CAs reach both. */
export async function playSecondStage(
  scenario: Scenario,
  first: Stage,
  name: string,
): Promise<Stage> {
  const { report, factory, clients, target } = scenario;
  const before = await readData(scenario, first);
  const second = await openStage(scenario, name);
  await report.check("a token of the first is none of the second", async () => {
    const { operatorToken: token } = first;
    const api = createApi(clients, { url: second.url, token, patienceMs: target.patienceMs });
    assert.equal(await api.status("GET", "/v1/manufacturers"), 403);
  });
  const manufacturer = await setUp(scenario, second);
  const device = await factory.makeDevice(manufacturer.provenCa);
  await report.check("the second lets its own device in", async () => {
    const options = { profile: profile.jitr, inline: true };
    const { batch } = await manufacturer.api.open(toManifest([device.pem]), options);
    await manufacturer.api.until(batch.id, "completed");
    await letIn(scenario, second, device);
  });
  await report.check("of which the first, that got the event too, keeps nothing", async () => {
    await untilTaken(scenario, first);
    const after = await readData(scenario, first);
    assert.deepEqual([...after.audit.difference(before.audit)], []);
    const about = [...after.ledger].filter((key) => key.includes(device.certificateId));
    assert.deepEqual(about, []);
  });
  return second;
}

/** Waits until all of a stage's registration events are handled, and none given up. */
async function untilTaken(scenario: Scenario, { name }: Stage): Promise<void> {
  for (const queue of ["registrations", "registrations-dlq", "undelivered-dlq"]) {
    const url = await findQueue(scenario, `muster-${name}-${queue}`);
    await eventually(async () => ((await count(scenario, url)) === 0 ? true : undefined), {
      patienceMs: scenario.target.patienceMs,
    });
  }
}

async function count({ clients }: Scenario, queue: string): Promise<number> {
  const words = ["sqs", "get-queue-attributes", "--queue-url", queue, "--attribute-names", "All"];
  const { Attributes } = await clients.aws<{
    readonly Attributes: Readonly<Record<string, string>>;
  }>(...words);
  const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: taken } =
    Attributes;
  return Number(waiting) + Number(taken);
}
