import assert from "node:assert/strict";
import type { Device } from "../fleet.ts";
import { eventually } from "../report.ts";
import { checkLetIn, connectFirst, untilStatus } from "./iot.ts";
import type { Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";

interface Mappings {
  readonly EventSourceMappings: readonly { readonly UUID: string; readonly State: string }[];
}

interface Messages {
  readonly Messages?: readonly { readonly Body: string; readonly ReceiptHandle: string }[];
}

/** So that five deliveries take seconds. */
const shortSeconds = "1";

/** An event that nobody can read is given up; those that came with it are not held up. */
export async function playDeadLetters(
  scenario: Scenario,
  stage: Stage,
  neighbours: readonly Device[],
): Promise<void> {
  const { clients, report, target } = scenario;
  const queue = await findQueue(scenario, `muster-${stage.name}-registrations`);
  const dead = await findQueue(scenario, `muster-${stage.name}-registrations-dlq`);
  const poison = `no event ${stage.name}`;
  const usual = await readVisibility(scenario, queue);
  await report.check("its neighbours in the queue are let in", async () => {
    const uuid = await pause(scenario, stage);
    try {
      for (const device of neighbours) await connectFirst(scenario, device);
      await clients.aws("sqs", "send-message", "--queue-url", queue, "--message-body", poison);
      await setVisibility(scenario, queue, shortSeconds);
    } finally {
      await switchMapping(scenario, uuid, true);
    }
    for (const device of neighbours) {
      await untilStatus(scenario, device, "ACTIVE");
      await checkLetIn(scenario, device);
    }
  });
  await report.check(
    "an event that nobody can read is in the dead-letter queue, whole",
    async () => {
      const words = ["sqs", "receive-message", "--queue-url", dead, "--wait-time-seconds", "5"];
      const found = await eventually(
        async () => (await clients.aws<Messages>(...words)).Messages?.[0],
        target,
      );
      assert.equal(found.Body, poison);
      await setVisibility(scenario, queue, usual);
      const handle = ["--receipt-handle", found.ReceiptHandle];
      await clients.aws("sqs", "delete-message", "--queue-url", dead, ...handle);
    },
  );
}

/** Events wait in the queue then, so that they come together. @returns what the function is fed by */
async function pause(scenario: Scenario, { name }: Stage): Promise<string> {
  const words = [
    "lambda",
    "list-event-source-mappings",
    "--function-name",
    `muster-${name}-onboard`,
  ];
  const { EventSourceMappings } = await scenario.clients.aws<Mappings>(...words);
  const { UUID } = EventSourceMappings[0] ?? {};
  assert.ok(UUID, "the function is fed by no queue");
  await switchMapping(scenario, UUID, false);
  return UUID;
}

async function switchMapping(
  { clients, target }: Scenario,
  uuid: string,
  on: boolean,
): Promise<void> {
  const enabled = on ? "--enabled" : "--no-enabled";
  await clients.aws("lambda", "update-event-source-mapping", "--uuid", uuid, enabled);
  await eventually(async () => {
    const words = ["lambda", "get-event-source-mapping", "--uuid", uuid];
    const { State } = await clients.aws<{ readonly State: string }>(...words);
    return State === (on ? "Enabled" : "Disabled") ? State : undefined;
  }, target);
}

export async function findQueue({ clients }: Scenario, name: string): Promise<string> {
  const words = ["sqs", "get-queue-url", "--queue-name", name];
  return (await clients.aws<{ readonly QueueUrl: string }>(...words)).QueueUrl;
}

async function readVisibility({ clients }: Scenario, queue: string): Promise<string> {
  const words = ["sqs", "get-queue-attributes", "--queue-url", queue];
  const { Attributes } = await clients.aws<{
    readonly Attributes: { readonly VisibilityTimeout: string };
  }>(...words, "--attribute-names", "VisibilityTimeout");
  return Attributes.VisibilityTimeout;
}

async function setVisibility({ clients }: Scenario, queue: string, seconds: string): Promise<void> {
  const attributes = ["--attributes", `VisibilityTimeout=${seconds}`];
  await clients.aws("sqs", "set-queue-attributes", "--queue-url", queue, ...attributes);
}
