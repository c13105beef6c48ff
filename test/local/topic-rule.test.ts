import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { createTopicRule } from "../../src/local/topic-rule.ts";

/** The tags of CloudFormation are left out: `!Ref Queue` reads as `Queue`. */
function readDeployedRule(): Record<string, unknown> {
  const template = parse(readFileSync("serverless.yml", "utf8"), { logLevel: "silent" });
  const [own] = template.resources;
  return own.Resources.RegistrationsRule.Properties;
}

test("the local cloud's topic rule is that of serverless.yml, with queues of its own", () => {
  const { TopicRulePayload: deployed } = readDeployedRule();
  const { ruleName, ...local } = createTopicRule({
    queueUrl: "RegistrationsQueue",
    undeliveredUrl: "UndeliveredQueue",
    accountId: "000000000000",
  });
  const toQueue = (QueueUrl: string) => ({
    Sqs: { QueueUrl, RoleArn: "RegistrationsRuleRole.Arn", UseBase64: false },
  });
  expect(ruleName).toMatch(/_registrations$/);
  expect(deployed).toEqual({
    Description: local.description,
    AwsIotSqlVersion: local.awsIotSqlVersion,
    Sql: local.sql,
    RuleDisabled: local.ruleDisabled,
    Actions: local.actions.map(({ sqs }) => toQueue(sqs.queueUrl)),
    ErrorAction: toQueue(local.errorAction.sqs.queueUrl),
  });
});
