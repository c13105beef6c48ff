import { randomUUID } from "node:crypto";
import {
  CreateEventBusCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEventBridgeClient } from "../../src/aws/eventbridge/create-event-bridge-client.ts";
import { createPutEvents } from "../../src/aws/eventbridge/put-events.ts";
import { createSqsClient } from "../../src/aws/sqs/create-sqs-client.ts";
import type { FleetEvent } from "../../src/rules/events/fleet-event.ts";
import type { Ministack } from "../support/run-ministack.ts";
import { startMinistack } from "./start-ministack.ts";

let emulator: Ministack;
beforeAll(async () => {
  emulator = await startMinistack();
});
afterAll(() => emulator.close());

const signal = AbortSignal.timeout(60_000);
const certificateId = "ab".repeat(32);
const toEvent = (sequence: number): FleetEvent => ({
  type: "revoked",
  detail: {
    version: 1,
    stage: "test",
    subject: `CERT#${certificateId}`,
    sequence,
    at: "2026-05-01T12:00:00.000Z",
    actor: "operator:test",
    certificateId,
  },
});

/** A bus with a rule for Muster's events, whose target is a queue. */
async function setup() {
  const name = randomUUID();
  const sqs = createSqsClient(emulator);
  const client = createEventBridgeClient(emulator);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  await client.send(new CreateEventBusCommand({ Name: name }));
  const EventPattern = JSON.stringify({ source: ["muster"], "detail-type": ["revoked"] });
  await client.send(new PutRuleCommand({ Name: name, EventBusName: name, EventPattern }));
  const Arn = `arn:aws:sqs:${emulator.region}:000000000000:${name}`;
  await client.send(
    new PutTargetsCommand({ Rule: name, EventBusName: name, Targets: [{ Id: "queue", Arn }] }),
  );
  const receive = async (): Promise<unknown[]> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 }),
      { requestTimeout: 10_000 },
    );
    return Messages.map(({ Body = "" }) => JSON.parse(Body) as unknown);
  };
  return { name, client, receive };
}

describe("MiniStack: events", () => {
  test("are taken by the bus and come to the target of a rule, as a receiver is told to expect them", async () => {
    const { name, client, receive } = await setup();
    const outcomes = await createPutEvents({ client, bus: name })([toEvent(1)], signal);
    expect(outcomes).toEqual([{ result: "sent" }]);
    const [received] = await receive();
    expect(received).toMatchObject({
      version: "0",
      source: "muster",
      "detail-type": "revoked",
      region: emulator.region,
      // It has its own time there, where EventBridge takes the one that the entry names.
      time: expect.any(String),
      detail: toEvent(1).detail,
    });
  });

  test("are taken ten at once", async () => {
    const { name, client } = await setup();
    const ten = Array.from({ length: 10 }, (_, index) => toEvent(index + 1));
    const outcomes = await createPutEvents({ client, bus: name })(ten, signal);
    expect(outcomes).toEqual(ten.map(() => ({ result: "sent" })));
  });
});
