import type { CreateTopicRuleCommandInput, IoT, TopicRulePayload } from "@aws-sdk/client-iot";
import { describe, expect, test } from "vitest";
import { arnOf, type Refused, refusalOf, startStandIn, today } from "../support.ts";

const roleArn = "arn:aws:iam::123456789012:role/rule";
const queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/inbox";
const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:work";

const payload: TopicRulePayload = {
  sql: "SELECT *, clientid() as clientid FROM 'dt/+'",
  description: "Everything",
  awsIotSqlVersion: "2016-03-23",
  ruleDisabled: false,
  actions: [{ sqs: { queueUrl, roleArn, useBase64: true } }, { lambda: { functionArn } }],
  errorAction: { sqs: { queueUrl: `${queueUrl}-errors`, roleArn } },
};

const create = (changes: Partial<TopicRulePayload>, ruleName = "one", rest = {}) => {
  const input: CreateTopicRuleCommandInput = {
    ruleName,
    topicRulePayload: { ...payload, ...changes },
    ...rest,
  };
  return (iot: IoT) => iot.createTopicRule(input);
};

const invalid = "400 InvalidRequestException";
const unsupported = "400 NotImplementedException";
const denied = "401 UnauthorizedException";

const refused: readonly Refused[] = [
  { name: "a hyphen in the name", call: create({}, "a-b"), refusal: invalid },
  { name: "a name of 129 characters", call: create({}, "a".repeat(129)), refusal: invalid },
  {
    name: "a name that is taken",
    call: create({}, "taken"),
    refusal: "409 ResourceAlreadyExistsException",
  },
  {
    name: "a statement of another kind",
    call: create({ sql: "SELECT a FROM 'b'" }),
    refusal: "400 SqlParseException",
  },
  { name: "no statement", call: create({ sql: undefined }), refusal: invalid },
  { name: "no actions", call: create({ actions: undefined }), refusal: invalid },
  {
    name: "eleven actions",
    call: create({ actions: Array(11).fill({ lambda: { functionArn } }) }),
    refusal: invalid,
  },
  {
    name: "an unknown version of the language",
    call: create({ awsIotSqlVersion: "2020-01-01" }),
    refusal: invalid,
  },
  {
    name: "another kind of action",
    call: create({ actions: [{ sns: { targetArn: "arn:aws:sns:x", roleArn } }] }),
    refusal: unsupported,
  },
  {
    name: "another kind of error action",
    call: create({ errorAction: { republish: { topic: "x", roleArn } } }),
    refusal: unsupported,
  },
  {
    name: "an action of two kinds",
    call: create({ actions: [{ sqs: { queueUrl, roleArn }, lambda: { functionArn } } as never] }),
    refusal: invalid,
  },
  { name: "an action of no kind", call: create({ actions: [{} as never] }), refusal: invalid },
  {
    name: "a FIFO queue",
    call: create({ actions: [{ sqs: { queueUrl: `${queueUrl}.fifo`, roleArn } }] }),
    refusal: invalid,
  },
  {
    name: "a queue without a role",
    call: create({ actions: [{ sqs: { queueUrl, roleArn: undefined } }] }),
    refusal: invalid,
  },
  {
    name: "a queue that is no URL",
    call: create({ actions: [{ sqs: { queueUrl: "inbox", roleArn } }] }),
    refusal: invalid,
  },
  {
    name: "a substitution template",
    call: create({ actions: [{ lambda: { functionArn: `${functionArn}-\${topic()}` } }] }),
    refusal: unsupported,
  },
  {
    name: "a function that is no ARN",
    call: create({ actions: [{ lambda: { functionArn: "work" } }] }),
    refusal: invalid,
  },
  { name: "tags", call: create({}, "one", { tags: "a=b" }), refusal: unsupported },
  {
    name: "more than 128 KB",
    call: create({ description: "x".repeat(128 * 1024) }),
    refusal: invalid,
  },
  {
    name: "reading what is not there",
    call: (iot) => iot.getTopicRule({ ruleName: "none" }),
    refusal: denied,
  },
  {
    name: "deleting what is not there",
    call: (iot) => iot.deleteTopicRule({ ruleName: "none" }),
    refusal: denied,
  },
  {
    name: "enabling what is not there",
    call: (iot) => iot.enableTopicRule({ ruleName: "none" }),
    refusal: denied,
  },
  {
    name: "disabling what is not there",
    call: (iot) => iot.disableTopicRule({ ruleName: "none" }),
    refusal: denied,
  },
  {
    name: "replacing what is not there",
    call: (iot) => iot.replaceTopicRule({ ruleName: "none", topicRulePayload: payload }),
    refusal: denied,
  },
  {
    name: "replacing by a statement of another kind",
    call: (iot) =>
      iot.replaceTopicRule({ ruleName: "taken", topicRulePayload: { ...payload, sql: "x" } }),
    refusal: "400 SqlParseException",
  },
];

describe("topic rules", () => {
  test.for(refused)("are refused: $name", async ({ call, refusal }) => {
    const { iot } = await startStandIn();
    await iot.createTopicRule({ ruleName: "taken", topicRulePayload: payload });
    expect(await refusalOf(call(iot))).toBe(refusal);
    expect((await iot.listTopicRules({})).rules).toHaveLength(1);
  });

  test.for([
    ["an action", create({ actions: [{ sns: { targetArn: "arn:aws:sns:x", roleArn } }] }), '"sns"'],
    ["a clause", create({ sql: "SELECT * FROM 'a' WHERE b = 1" }), '"WHERE b = 1"'],
  ] as const)("name %s that is not supported", async ([, call, name]) => {
    const { iot } = await startStandIn();
    await expect(call(iot)).rejects.toThrow(name);
  });

  test("are read as they were written", async () => {
    const { iot } = await startStandIn();
    await iot.createTopicRule({ ruleName: "one", topicRulePayload: payload });
    expect(await iot.getTopicRule({ ruleName: "one" })).toMatchObject({
      ruleArn: arnOf("rule/one"),
      rule: { ...payload, ruleName: "one", createdAt: today },
    });
  });

  test("have AWS's defaults where nothing is said", async () => {
    const { iot } = await startStandIn();
    const sql = "SELECT * FROM 'a'";
    await iot.createTopicRule({ ruleName: "one", topicRulePayload: { sql, actions: [] } });
    const { rule } = await iot.getTopicRule({ ruleName: "one" });
    expect(rule).toEqual({
      ruleName: "one",
      sql,
      actions: [],
      awsIotSqlVersion: "2015-10-08",
      ruleDisabled: false,
      createdAt: today,
    });
  });

  test("are replaced whole, switched off and on, and deleted", async () => {
    const { iot } = await startStandIn();
    const ruleName = "one";
    const isDisabled = async () => (await iot.getTopicRule({ ruleName })).rule?.ruleDisabled;
    await iot.createTopicRule({ ruleName, topicRulePayload: payload });
    await iot.disableTopicRule({ ruleName });
    expect(await isDisabled()).toBe(true);
    await iot.enableTopicRule({ ruleName });
    expect(await isDisabled()).toBe(false);
    const { description: _, errorAction: __, ...smaller } = payload;
    await iot.replaceTopicRule({ ruleName, topicRulePayload: { ...smaller, ruleDisabled: true } });
    const { rule } = await iot.getTopicRule({ ruleName });
    expect(rule).toEqual({ ...smaller, ruleName, ruleDisabled: true, createdAt: today });
    await iot.deleteTopicRule({ ruleName });
    expect((await iot.listTopicRules({})).rules).toEqual([]);
  });

  test("are listed page by page, by topic and by whether they are off", async () => {
    const { iot } = await startStandIn();
    for (const [ruleName, topic, ruleDisabled] of [
      ["a", "one", false],
      ["b", "two", true],
      ["c", "one", true],
    ] as const) {
      const topicRulePayload = { ...payload, sql: `SELECT * FROM '${topic}'`, ruleDisabled };
      await iot.createTopicRule({ ruleName, topicRulePayload });
    }
    const first = await iot.listTopicRules({ maxResults: 2 });
    expect(first.rules).toEqual([
      {
        ruleName: "a",
        ruleArn: arnOf("rule/a"),
        topicPattern: "one",
        createdAt: today,
        ruleDisabled: false,
      },
      {
        ruleName: "b",
        ruleArn: arnOf("rule/b"),
        topicPattern: "two",
        createdAt: today,
        ruleDisabled: true,
      },
    ]);
    const names = async (input: Parameters<IoT["listTopicRules"]>[0]) =>
      (await iot.listTopicRules(input)).rules?.map(({ ruleName }) => ruleName);
    expect(await names({ maxResults: 2, nextToken: first.nextToken })).toEqual(["c"]);
    expect(await names({ topic: "one" })).toEqual(["a", "c"]);
    expect(await names({ ruleDisabled: true })).toEqual(["b", "c"]);
    expect(await names({ ruleDisabled: false })).toEqual(["a"]);
  });
});
