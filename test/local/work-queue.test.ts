import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSqsClient } from "../../src/aws/sqs/create-sqs-client.ts";
import { createPostponeMessage } from "../../src/aws/sqs/postpone-message.ts";
import { createSqsWorkQueue } from "../../src/aws/sqs/sqs-work-queue.ts";
import { openDurableQueue } from "../../src/local/durable-queue.ts";
import { createLocalWorkQueue, type LocalQueue } from "../../src/local/work-queue.ts";
import { handleQueueRequest, toQueueUrl } from "../../src/local/work-queue-requests.ts";
import {
  describeWorkQueue,
  type WorkQueueSubject,
  type WorkQueues,
} from "../contract/work-queue.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describeWorkQueue("a local queue", async () => {
  const { create } = createQueues();
  return {
    create: async () => create((local) => createLocalWorkQueue(local)),
    close: async () => {},
  };
});

describeWorkQueue("a local queue, sent to with the SDK", startEndpoint);

function createQueues() {
  const queues = new Map<string, LocalQueue>();
  const create = (
    toWorkQueue: (local: LocalQueue, name: string) => WorkQueueSubject["queue"],
  ): WorkQueueSubject => {
    const { local, receive, deadLetters } = openQueue();
    const name = `queue-${queues.size}`;
    queues.set(name, local);
    return { queue: toWorkQueue(local, name), receive, deadLetters };
  };
  return { queues, create };
}

/** Its clock moves to where it is waited for. */
function openQueue(file = ":memory:") {
  let now = Date.parse("2026-06-01T12:00:00Z");
  const queue = openDurableQueue({
    file,
    region: "local-1",
    arn: "arn:aws:sqs:local-1:000000000000:ingest",
    visibilityTimeoutMs: 1_000,
    maxReceiveCount: 2,
    now: () => new Date(now),
  });
  let received = queue.receive().slice();
  const receive = async (waitSeconds: number) => {
    if (received.length === 0) received = queue.receive().slice();
    const next = queue.nextAt()?.getTime() ?? Number.POSITIVE_INFINITY;
    const until = now + waitSeconds * 1_000;
    if (received.length === 0 && next <= until) {
      now = Math.max(now, next);
      received = queue.receive().slice();
    }
    const record = received.shift();
    return (
      record && {
        id: record.messageId,
        body: record.body,
        receiveCount: Number(record.attributes.ApproximateReceiveCount),
        remove: async () => queue.remove(record.receiptHandle),
      }
    );
  };
  const deadLetters = async () => queue.deadLetters().map(({ body }) => body);
  return { local: { queue, wake: () => {} }, close: () => queue.close(), receive, deadLetters };
}

async function startEndpoint(): Promise<
  WorkQueues & { readonly url: string; readonly queues: Map<string, LocalQueue> }
> {
  const { queues, create } = createQueues();
  const handle = handleQueueRequest({ queues });
  const server = createServer((request, response) => {
    void handle(request, response).then((isHandled) => {
      if (!isHandled) response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createClient(url);
  return {
    url,
    queues,
    create: async () =>
      create((_, name) => createSqsWorkQueue({ client, queueUrl: toQueueUrl(url, name) })),
    close: async () => {
      client.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}

function createClient(endpoint: string) {
  return createSqsClient({
    region: "local-1",
    endpoint,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    random: () => 0,
  });
}

describe("the local queues' endpoint", () => {
  test("names the queue that is not there, and what it does not support", async () => {
    const { url, close } = await startEndpoint();
    onTestFinished(close);
    const client = createClient(url);
    const QueueUrl = toQueueUrl(url, "none");
    const send = (input: object) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}", ...input }));
    await expect(send({})).rejects.toMatchObject({ name: "QueueDoesNotExist" });
    await expect(send({ MessageGroupId: "g" })).rejects.toMatchObject({
      name: "InvalidParameterValueException",
    });
    const batch = new SendMessageBatchCommand({
      QueueUrl,
      Entries: [{ Id: "1", MessageBody: "{}" }],
    });
    await expect(client.send(batch)).rejects.toMatchObject({ name: "UnsupportedOperation" });
  });

  test("has a message come again when its receiver says so", async () => {
    const { url, close, queues } = await startEndpoint();
    onTestFinished(close);
    const { local } = openQueue();
    queues.set("mine", local);
    const { queue } = local;
    const target = { client: createClient(url), queueUrl: toQueueUrl(url, "mine") };
    const postponeMessage = createPostponeMessage(target);
    queue.send("{}");
    const [message] = queue.receive();
    await postponeMessage(message?.receiptHandle ?? "", 7);
    expect(queue.nextAt()).toEqual(new Date("2026-06-01T12:00:07Z"));
    await expect(postponeMessage("nobody's", 7)).rejects.toMatchObject({
      name: "ReceiptHandleIsInvalid",
    });
  });

  test("leaves other requests to others", async () => {
    const { url, close } = await startEndpoint();
    onTestFinished(close);
    expect((await fetch(url, { method: "POST", body: "{}" })).status).toBe(404);
    expect(
      (await fetch(url, { headers: { "x-amz-target": "AmazonSQS.SendMessage" } })).status,
    ).toBe(404);
  });
});

describe("a local queue that is opened again", () => {
  test("still holds back what was delayed", async () => {
    const file = `${temporaryFolder()}/queue.sqlite`;
    const before = openQueue(file);
    await createLocalWorkQueue(before.local).send({ later: true }, { delaySeconds: 60 });
    before.close();
    const { receive, close } = openQueue(file);
    onTestFinished(close);
    expect(await receive(59)).toBeUndefined();
    expect((await receive(60))?.body).toBe('{"later":true}');
  });

  test("wakes its reader for each message", async () => {
    let woken = 0;
    const { queue } = openQueue().local;
    const wake = () => {
      woken += 1;
    };
    const work = createLocalWorkQueue({ queue, wake });
    await work.send({ n: 1 });
    await work.send({ n: 2 }, { delaySeconds: 5 });
    expect(woken).toBe(2);
  });
});
