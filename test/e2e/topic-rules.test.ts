import { type CreateTopicRuleCommandInput, IoT } from "@aws-sdk/client-iot";
import { expect, onTestFinished, test } from "vitest";
import { findFreePort } from "../../src/local/ports.ts";
import { startLocal } from "../../src/wiring/local.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const roleArn = "arn:aws:iam::000000000000:role/own";
const functionArn = "arn:aws:lambda:local-1:000000000000:function:muster-local-onboard";

async function setup() {
  const cloud = await startLocal({
    stateFolder: temporaryFolder(),
    ports: { mqtt: 0, iot: 0, dynamodb: 0, api: 0 },
    onFailure: (reason) => {
      throw new Error(reason);
    },
  });
  onTestFinished(() => cloud.close());
  const iot = new IoT({
    endpoint: cloud.endpoints.iot,
    region: "local-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  onTestFinished(() => iot.destroy());
  const { rule } = await iot.getTopicRule({ ruleName: "muster_local_registrations" });
  const publish = async (topic: string, message: object) => {
    const url = `${cloud.endpoints.iot}/topics/${encodeURIComponent(topic)}`;
    expect((await fetch(url, { method: "POST", body: JSON.stringify(message) })).ok).toBe(true);
  };
  const createRule = (topicRulePayload: CreateTopicRuleCommandInput["topicRulePayload"]) =>
    iot.createTopicRule({ ruleName: "own", topicRulePayload });
  return {
    createRule,
    publish,
    queueUrl: rule?.actions?.[0]?.sqs?.queueUrl ?? "",
    undeliveredUrl: rule?.errorAction?.sqs?.queueUrl ?? "",
    deadLetters: () =>
      cloud.queue.deadLetters().map(({ error, body }) => ({ error, message: JSON.parse(body) })),
  };
}

const patience = { timeout: 20_000 };

test("an own rule's failures at a queue and in a function end among the dead letters", async () => {
  const { createRule, deadLetters, publish, undeliveredUrl } = await setup();
  const queueUrl = `http://127.0.0.1:${await findFreePort()}/queue/away`;
  await createRule({
    sql: "SELECT * FROM 'own'",
    actions: [{ sqs: { queueUrl, roleArn } }, { lambda: { functionArn } }],
    errorAction: { sqs: { queueUrl: undeliveredUrl, roleArn } },
  });
  await publish("own", { certificateId: "no such event" });
  await expect.poll(() => deadLetters().length, patience).toBe(2);
  const letters = new Map(deadLetters().map(({ error, message }) => [error, message]));
  expect(letters.get("UNDELIVERED")).toMatchObject({
    ruleName: "own",
    topic: "own",
    clientId: "n/a",
    failures: [
      {
        failedAction: "SqsAction",
        failedResource: queueUrl,
        errorMessage: expect.stringContaining("ECONNREFUSED"),
      },
    ],
  });
  expect(letters.get("INVOCATION_FAILED")).toMatchObject({
    ruleName: "own",
    topic: "own",
    failures: [{ failedAction: "LambdaAction", failedResource: functionArn }],
    requestContext: { functionArn, approximateInvokeCount: 3 },
    requestPayload: { certificateId: "no such event" },
  });
});

test("without an error action only the actions that failed end among the dead letters", async () => {
  const { createRule, deadLetters, publish, queueUrl } = await setup();
  const away = `http://127.0.0.1:${await findFreePort()}/queue/away`;
  await createRule({
    sql: "SELECT * FROM 'own'",
    actions: [{ sqs: { queueUrl, roleArn } }, { sqs: { queueUrl: away, roleArn } }],
  });
  await publish("own", { certificateId: "1" });
  await expect.poll(deadLetters, patience).toMatchObject([
    {
      error: "DROPPED",
      message: { ruleName: "own", topic: "own", failures: [{ failedResource: away }] },
    },
  ]);
});

test("a rule that could never deliver is refused, as action and as error action", async () => {
  const { createRule, queueUrl } = await setup();
  const own = { sqs: { queueUrl, roleArn } };
  const elsewhere = [
    { sqs: { queueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/q", roleArn } },
    { lambda: { functionArn: `${functionArn}-other` } },
  ];
  for (const action of elsewhere) {
    const refusal = { name: "InvalidRequestException", message: expect.stringContaining("only") };
    await expect(
      createRule({ sql: "SELECT * FROM 'own'", actions: [own, action] }),
    ).rejects.toMatchObject(refusal);
    await expect(
      createRule({ sql: "SELECT * FROM 'own'", actions: [own], errorAction: action }),
    ).rejects.toMatchObject(refusal);
  }
});
