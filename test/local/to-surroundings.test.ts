import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect, onTestFinished, test } from "vitest";
import { createCountMessages } from "../../src/aws/sqs/count-messages.ts";
import { createSqsClient } from "../../src/aws/sqs/create-sqs-client.ts";
import { toFunctionEnvironment } from "../../src/local/function-environment.ts";
import { openQueues } from "../../src/local/open-queues.ts";
import { startApi } from "../../src/local/start-api.ts";
import { toSurroundings } from "../../src/local/to-surroundings.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const account = { accountId: "000000000000", region: "local-1" };
const tables = { ledgerTable: "ledger", auditTable: "audit" };

/** The queues and the endpoint of a local cloud, and what its ingest function is told of them. */
async function setup() {
  const folder = temporaryFolder();
  let at = Date.parse("2026-06-01T12:00:00Z");
  const queues = openQueues(folder, account, () => new Date(at));
  onTestFinished(queues.close);
  const objects = { folder: `${folder}/objects`, secret: "0".repeat(64) };
  const api = await startApi({
    port: 0,
    ...account,
    ...queues,
    objects,
    functions: Promise.withResolvers<never>().promise,
    now: () => new Date(at),
  });
  onTestFinished(api.close);
  const unused = "http://127.0.0.1:1";
  const servers = { api, standIn: { url: unused }, dynamodb: unused, objects };
  const env = toFunctionEnvironment("ingest", toSurroundings({ account, tables, servers }));
  const client = createSqsClient({
    region: account.region,
    endpoint: env["AWS_ENDPOINT_URL_SQS"] ?? "",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  onTestFinished(() => client.destroy());
  const pass = (hours: number) => {
    at += hours * 3_600_000;
  };
  return { queues, env, client, pass };
}

test("the ingest function sees the first connects that wait and those in work", async () => {
  const { queues, env, client } = await setup();
  const queueUrl = env["MUSTER_REGISTRATIONS_QUEUE_URL"] ?? "";
  const countFirstConnects = createCountMessages({ client, queueUrl });
  expect(await countFirstConnects()).toBe(0);
  const { queue } = queues.registrations;
  queue.send("{}");
  const [inWork] = queue.receive();
  queue.send("{}");
  expect(await countFirstConnects()).toBe(2);
  queue.remove(inWork?.receiptHandle ?? "");
  expect(await countFirstConnects()).toBe(1);
});

test("the ingest function knows the last delivery of its queue for the last", async () => {
  const { queues, env, client, pass } = await setup();
  const QueueUrl = env["MUSTER_INGEST_QUEUE_URL"];
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" }));
  const { queue } = queues.ingest;
  const counts: unknown[] = [];
  for (let [record] = queue.receive(); record; [record] = queue.receive()) {
    counts.push(record.attributes.ApproximateReceiveCount);
    pass(24);
  }
  expect(counts.at(-1)).toBe(env["MUSTER_MAX_RECEIVE_COUNT"]);
  expect(queue.deadLetters()).toMatchObject([{ body: "{}" }]);
});
