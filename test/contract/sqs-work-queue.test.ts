import { randomUUID } from "node:crypto";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { describe } from "vitest";
import { createSqsClient } from "../../src/aws/sqs/create-sqs-client.ts";
import { createSqsWorkQueue } from "../../src/aws/sqs/sqs-work-queue.ts";
import { startMinistack } from "./start-ministack.ts";
import { describeWorkQueue, type WorkQueueSubject } from "./work-queue.ts";

describe("MiniStack", () => {
  describeWorkQueue("SQS", async () => {
    const emulator = await startMinistack();
    const client = createSqsClient(emulator);
    return {
      create: () => createSubject(client, emulator.region),
      close: async () => {
        client.destroy();
        await emulator.close();
      },
    };
  });
});

async function createSubject(client: SQSClient, region: string): Promise<WorkQueueSubject> {
  const name = randomUUID();
  const deadName = `${name}-dead`;
  const deadUrl = await createQueue(client, deadName, {});
  const queueUrl = await createQueue(client, name, {
    VisibilityTimeout: "1",
    RedrivePolicy: JSON.stringify({
      maxReceiveCount: 2,
      deadLetterTargetArn: `arn:aws:sqs:${region}:000000000000:${deadName}`,
    }),
  });
  return {
    queue: createSqsWorkQueue({ client, queueUrl }),
    receive: (waitSeconds) => receive(client, queueUrl, waitSeconds),
    deadLetters: async (waitSeconds) => {
      const delivery = await receive(client, deadUrl, waitSeconds);
      return delivery ? [delivery.body] : [];
    },
  };
}

async function createQueue(
  client: SQSClient,
  QueueName: string,
  Attributes: Record<string, string>,
): Promise<string> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  if (QueueUrl === undefined) throw new Error("no queue was created");
  return QueueUrl;
}

async function receive(client: SQSClient, QueueUrl: string, waitSeconds: number) {
  const { Messages: [message] = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    }),
    // It is answered when a message is there.
    { requestTimeout: (waitSeconds + 5) * 1_000 },
  );
  const { MessageId: id = "", Body: body = "", ReceiptHandle, Attributes } = message ?? {};
  return (
    message && {
      id,
      body,
      receiveCount: Number(Attributes?.ApproximateReceiveCount),
      remove: async () => {
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      },
    }
  );
}
