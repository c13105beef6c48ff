import { describe, expect, test } from "vitest";
import { listNames, nameLimits } from "../../scripts/deploy/template-names.ts";
import { readOther, readPackaged } from "./read-packaged.ts";
import { type Statement, statements } from "./read-rights.ts";
import { readTemplate } from "./read-template.ts";

const { resources, zips } = await readPackaged();
const { ofType, property } = readTemplate(resources);

const account = { Ref: "AWS::AccountId" };
const place = { accountId: "123456789012", region: "ap-southeast-1" };

describe("whatever takes something from others", () => {
  const policies = ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy"]
    .flatMap((type) => Object.entries(ofType(type)))
    .map(([id, { Properties }]) => [id, statements(Properties["PolicyDocument"])] as const);

  test.for(policies)("%s refuses what comes without TLS", ([, all]) => {
    const denied = all.filter(({ Effect }) => Effect === "Deny");
    expect(denied).toHaveLength(1);
    for (const statement of denied) {
      expect(statement).toMatchObject({ Principal: "*" });
      expect(String(readCondition(statement, "aws:SecureTransport"))).toBe("false");
    }
  });

  test.for(policies)("%s takes it from one source of this account", ([, all]) => {
    for (const statement of all.filter(({ Effect }) => Effect === "Allow")) {
      expect(readCondition(statement, "aws:SourceAccount")).toEqual(account);
      expect(JSON.stringify(readCondition(statement, "aws:SourceArn"))).toMatch(/arn:|"Arn"/);
      expect(statement.Principal).toEqual({ Service: expect.stringMatching(/\.amazonaws\.com$/) });
      expect([statement.Action].flat().join()).not.toContain("*");
    }
  });

  test("every queue, topic and bucket has such a policy", () => {
    const guarded = JSON.stringify(
      ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy"].flatMap((type) =>
        Object.values(ofType(type)),
      ),
    );
    for (const type of ["AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::S3::Bucket"]) {
      for (const id of Object.keys(ofType(type))) expect(guarded).toContain(`{"Ref":"${id}"}`);
    }
  });

  const permissions = Object.entries(ofType("AWS::Lambda::Permission"));
  test.for(permissions)("%s lets one source of this account call one function", ([, each]) => {
    const { Action, FunctionName, SourceAccount, SourceArn } = each.Properties;
    expect([Action, FunctionName]).toEqual([
      "lambda:InvokeFunction",
      { "Fn::GetAtt": [expect.stringMatching(/LambdaFunction$/), "Arn"] },
    ]);
    // The ARN of a rule of this stack names the account; a text says it beside.
    const ownArn = { "Fn::GetAtt": [expect.any(String), "Arn"] };
    if (SourceAccount === undefined) expect(SourceArn).toEqual(ownArn);
    else
      expect([SourceAccount, JSON.stringify(SourceArn)]).toEqual([
        account,
        expect.stringContaining("arn:"),
      ]);
  });
});

describe("what lies somewhere", () => {
  test.for(Object.keys(ofType("AWS::S3::Bucket")))("%s is encrypted and public to nobody", (id) => {
    expect(property(id, "PublicAccessBlockConfiguration")).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(JSON.stringify(property(id, "BucketEncryption"))).toMatch(/AES256|aws:kms/);
  });

  test("tables and queues are encrypted, all of them", () => {
    for (const id of Object.keys(ofType("AWS::DynamoDB::Table"))) {
      expect(property(id, "SSESpecification")).toEqual({ SSEEnabled: true });
    }
    for (const id of Object.keys(ofType("AWS::SQS::Queue"))) {
      expect(property(id, "SqsManagedSseEnabled")).toBe(true);
    }
  });

  test("logs are kept for a time, and each function has a log of its own", () => {
    const groups = Object.values(ofType("AWS::Logs::LogGroup")).map(({ Properties }) => Properties);
    for (const group of groups) expect(group["RetentionInDays"]).toBeGreaterThan(0);
    const names = groups.map((group) => group["LogGroupName"]);
    for (const name of Object.keys(zips))
      expect(names).toContain(`/aws/lambda/muster-test-${name}`);
  });
});

describe("what can run away", () => {
  test.for(Object.entries(ofType("AWS::Lambda::EventSourceMapping")))(
    "%s calls its function a bounded number of times at once",
    ([, { Properties }]) => {
      const { EventSourceArn, ScalingConfig, ParallelizationFactor = 1 } = Properties;
      const isStream = JSON.stringify(EventSourceArn).includes("StreamArn");
      if (isStream) expect(ParallelizationFactor).toBe(1);
      else expect(ScalingConfig).toEqual({ MaximumConcurrency: expect.any(Number) });
    },
  );

  test("every queue that is worked off has a dead-letter queue, and a bounded number of tries", () => {
    for (const { Properties } of Object.values(ofType("AWS::Lambda::EventSourceMapping"))) {
      const { "Fn::GetAtt": [queue = ""] = [] } = Properties["EventSourceArn"] as {
        readonly "Fn::GetAtt"?: readonly string[];
      };
      if (resources[queue]?.Type !== "AWS::SQS::Queue") continue;
      expect(property(queue, "RedrivePolicy")).toMatchObject({ maxReceiveCount: 5 });
    }
  });

  test("every dead-letter queue has an alarm of its own, which tells somebody", () => {
    const alarms = Object.values(ofType("AWS::CloudWatch::Alarm")).map(
      ({ Properties }) => Properties,
    );
    const dead = Object.entries(ofType("AWS::SQS::Queue")).filter(([, { Properties }]) =>
      String(Properties["QueueName"]).endsWith("-dlq"),
    );
    expect(dead.length).toBeGreaterThan(0);
    for (const [id] of dead) {
      const alarm = alarms.find(
        ({ MetricName, Dimensions }) =>
          MetricName === "ApproximateNumberOfMessagesVisible" &&
          JSON.stringify(Dimensions).includes(`["${id}","QueueName"]`),
      );
      expect(alarm, id).toMatchObject({ Threshold: 1, AlarmActions: [expect.anything()] });
    }
  });

  test("requests are throttled", () => {
    expect(property("ApiStage", "DefaultRouteSettings")).toEqual({
      ThrottlingBurstLimit: expect.any(Number),
      ThrottlingRateLimit: expect.any(Number),
    });
  });
});

describe("names", () => {
  test("of two stages are never the same, and the packages of both are byte for byte", async () => {
    const other = await readOther();
    const namesOf = (all: typeof resources) => listNames({ Resources: all }, place).map(toName);
    const own = new Set(namesOf(resources));
    expect(own.size).toBeGreaterThan(20);
    expect(namesOf(other.resources).filter((name) => own.has(name))).toEqual([]);
    expect(Object.keys(other.zips)).toEqual(Object.keys(zips));
    for (const [name, zip] of Object.entries(zips))
      expect(other.zips[name]?.equals(zip)).toBe(true);
  });

  test("leave stages of twelve characters room wherever AWS bounds them, in every region", () => {
    const longer = "x".repeat(12 - "test".length);
    for (const { type, name } of listNames({ Resources: resources }, place)) {
      const limit = nameLimits[type]?.limit ?? 0;
      expect(`${name}${longer}`.length, name).toBeLessThanOrEqual(limit);
    }
  });

  const toName = ({ type, name }: { readonly type: string; readonly name: string }) =>
    `${type} ${name}`;
});

/** By the last word of its key, whatever it is compared with. */
function readCondition({ Condition }: Statement, key: string): unknown {
  const tests = Object.values((Condition ?? {}) as Readonly<Record<string, object>>);
  const values = tests.map((each) => (each as Readonly<Record<string, unknown>>)[key]);
  return values.find((value) => value !== undefined);
}
