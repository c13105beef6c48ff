import { describe, expect, test } from "vitest";
import { describeHttpApi } from "./describe-http-api.ts";
import { describeManifests } from "./describe-manifests.ts";
import { ofTheAccount, rights } from "./expected-rights.ts";
import { readPackaged } from "./read-packaged.ts";
import { isAllowed, readRights, statements } from "./read-rights.ts";
import { readTemplate } from "./read-template.ts";
import { readZip } from "./read-zip.ts";

const packaged = await readPackaged();
const { resources, zips } = packaged;
const { ofType, property, mappingOf } = readTemplate(resources);

describe("the roles", () => {
  test("are those of the functions and of the topic rule, one each", () => {
    expect(Object.keys(ofType("AWS::IAM::Role")).sort()).toEqual(Object.keys(rights).sort());
    for (const name of Object.keys(zips).map(capitalize)) {
      expect(property(`${name}LambdaFunction`, "Role")).toEqual({
        "Fn::GetAtt": [`${name}Role`, "Arn"],
      });
    }
  });

  test.for(["OnboardRole", "HealRole", "IngestRole", "ApiRole"])(
    "%s keeps off what tokens are known by",
    (role) => {
      const on = { resource: "LedgerTable.Arn" };
      for (const action of ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"]) {
        expect(isAllowed(resources[role], { ...on, action, pk: "SECRET#one" })).toBe(false);
        expect(isAllowed(resources[role], { ...on, action, pk: "CERT#one" })).toBe(true);
      }
    },
  );

  test.for(Object.entries(rights))("%s may do this much", ([role, expected]) => {
    expect(readRights(resources[role])).toEqual(
      Object.fromEntries(Object.entries(expected).map(([action, on]) => [action, [...on].sort()])),
    );
  });

  test("allow no wildcard action, and everything only where a reason is written", () => {
    const onAll = new Set<string>();
    for (const role of Object.keys(rights)) {
      for (const [action, on] of Object.entries(readRights(resources[role]))) {
        expect(action).not.toContain("*");
        for (const resource of on) {
          if (resource === "*") onAll.add(action);
          else expect(resource).toMatch(/^arn:|\.(?:Stream)?Arn|^\{"Fn::If"/);
        }
      }
    }
    expect([...onAll].toSorted()).toEqual(Object.keys(ofTheAccount).toSorted());
  });

  test("are assumed by their service only, the rule's by that rule of this account only", () => {
    const trusted = Object.keys(rights).map((role) => {
      const [statement] = statements(property(role, "AssumeRolePolicyDocument"));
      return statement;
    });
    const byLambda = { Principal: { Service: "lambda.amazonaws.com" } };
    expect(trusted).toMatchObject([
      ...Object.keys(zips).map(() => byLambda),
      {
        Principal: { Service: "iot.amazonaws.com" },
        Condition: {
          StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
          ArnEquals: { "aws:SourceArn": expect.anything() },
        },
      },
    ]);
  });
});

describe("a registration event", () => {
  test("goes by topic rule into the queue, and into a dead-letter queue when that fails", () => {
    expect(property("RegistrationsRule", "TopicRulePayload")).toMatchObject({
      Sql: "SELECT * FROM '$aws/events/certificates/registered/+'",
      AwsIotSqlVersion: "2016-03-23",
      RuleDisabled: false,
      Actions: [{ Sqs: { QueueUrl: { Ref: "RegistrationsQueue" }, UseBase64: false } }],
      ErrorAction: { Sqs: { QueueUrl: { Ref: "UndeliveredQueue" } } },
    });
  });

  test("goes from the queue to the function, which says what it could not settle", () => {
    expect(mappingOf("Onboard")).toMatchObject({
      EventSourceArn: { "Fn::GetAtt": ["RegistrationsQueue", "Arn"] },
      FunctionName: { "Fn::GetAtt": ["OnboardLambdaFunction", "Arn"] },
      BatchSize: 10,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });

  test("is hidden six times as long as the function may run", () => {
    const timeout = Number(property("OnboardLambdaFunction", "Timeout"));
    expect(property("RegistrationsQueue", "VisibilityTimeout")).toBe(6 * timeout);
  });

  test("goes to the dead-letter queue after as many tries as the function counts", () => {
    expect(property("RegistrationsQueue", "RedrivePolicy")).toEqual({
      deadLetterTargetArn: { "Fn::GetAtt": ["RegistrationsDeadLetterQueue", "Arn"] },
      maxReceiveCount: 5,
    });
    expect(property("OnboardLambdaFunction", "Environment")).toMatchObject({
      Variables: { MUSTER_MAX_RECEIVE_COUNT: "5" },
    });
  });

  test("may also come straight from a rule of this stage and account", () => {
    expect(property("OnboardFromRulePermission", "SourceAccount")).toEqual({
      Ref: "AWS::AccountId",
    });
    expect(property("OnboardFromRulePermission", "SourceArn")).toMatchObject({
      "Fn::Sub": [
        "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:rule/${Prefix}_*",
        {},
      ],
    });
  });
});

describe("the functions", () => {
  test("run on Node 24 on ARM and write their log as JSON", () => {
    const functions = Object.values(ofType("AWS::Lambda::Function"));
    expect(functions).toHaveLength(Object.keys(zips).length);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        LoggingConfig: { LogFormat: "JSON" },
        Environment: {
          Variables: {
            MUSTER_STAGE: "test",
            MUSTER_LEDGER_TABLE: { Ref: "LedgerTable" },
            MUSTER_AUDIT_TABLE: { Ref: "AuditTable" },
          },
        },
      });
    }
  });

  test("keep their log for a time, not for ever", () => {
    for (const { Properties } of Object.values(ofType("AWS::Logs::LogGroup"))) {
      expect(Properties["RetentionInDays"]).toBe(90);
    }
  });

  test("send what failed for good to a dead-letter queue", () => {
    const configurations = Object.values(ofType("AWS::Lambda::EventInvokeConfig"));
    expect(configurations).toHaveLength(2);
    for (const { Properties } of configurations) {
      expect(Properties["DestinationConfig"]).toEqual({
        OnFailure: { Destination: { "Fn::GetAtt": ["FailedInvocationsQueue", "Arn"] } },
      });
    }
  });

  test("heal every five minutes, done before the next begins", () => {
    const [schedule] = Object.values(ofType("AWS::Events::Rule"));
    expect(schedule?.Properties["ScheduleExpression"]).toBe("rate(5 minutes)");
    expect(property("HealLambdaFunction", "Timeout")).toBeLessThanOrEqual(300);
  });
});

describe("the queues", () => {
  const queues = Object.keys(ofType("AWS::SQS::Queue"));

  test.for(queues)("%s is encrypted and refuses what comes without TLS", (queue) => {
    expect(property(queue, "SqsManagedSseEnabled")).toBe(true);
    expect(property(`${queue}Policy`, "Queues")).toEqual([{ Ref: queue }]);
    const [first] = statements(property(`${queue}Policy`, "PolicyDocument"));
    expect(first).toEqual({
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: { "Fn::GetAtt": [queue, "Arn"] },
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  test("take messages from nobody else, but that of ingest from the bucket of this account", () => {
    const allowed = queues.flatMap((queue) =>
      statements(property(`${queue}Policy`, "PolicyDocument")).filter(
        ({ Effect }) => Effect === "Allow",
      ),
    );
    expect(allowed).toEqual([
      {
        Sid: "NotifyOfManifests",
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: { "Fn::GetAtt": ["IngestQueue", "Arn"] },
        Condition: {
          StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
          ArnEquals: {
            "aws:SourceArn": {
              "Fn::Sub": "arn:${AWS::Partition}:s3:::muster-test-${AWS::AccountId}-${AWS::Region}",
            },
          },
        },
      },
    ]);
  });

  test("of dead letters keep them for 14 days, longer than the queue they come from", () => {
    const retention = Object.fromEntries(
      queues.map((queue) => [queue, property(queue, "MessageRetentionPeriod")]),
    );
    expect(retention).toEqual({
      RegistrationsQueue: 4 * 86_400,
      RegistrationsDeadLetterQueue: 14 * 86_400,
      IngestQueue: 4 * 86_400,
      IngestDeadLetterQueue: 14 * 86_400,
      UndeliveredQueue: 14 * 86_400,
      FailedInvocationsQueue: 14 * 86_400,
      EventsDeadLetterQueue: 14 * 86_400,
    });
  });
});

describeManifests(packaged);
describeHttpApi(packaged);

describe("the tables", () => {
  test.for(["LedgerTable", "AuditTable"])(
    "%s can be neither lost nor read from its disk",
    (table) => {
      expect(resources[table]).toMatchObject({
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: {
          BillingMode: "PAY_PER_REQUEST",
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { SSEEnabled: true },
          KeySchema: key("pk", "sk"),
        },
      });
    },
  );

  test("have the sparse indexes that the ledger is listed by", () => {
    const Projection = { ProjectionType: "KEYS_ONLY" };
    expect(property("LedgerTable", "GlobalSecondaryIndexes")).toEqual([
      { IndexName: "listing", KeySchema: key("listing", "listedAt"), Projection },
      { IndexName: "batch", KeySchema: key("batchListing", "pk"), Projection },
    ]);
    expect(property("AuditTable", "GlobalSecondaryIndexes")).toBeUndefined();
  });
});

describe("the package", () => {
  test("names everything after its stage", () => {
    const names = ["TableName", "QueueName", "FunctionName", "RoleName", "LogGroupName", "Name"];
    for (const { Properties } of Object.values(resources)) {
      for (const name of names) {
        if (typeof Properties[name] === "string") expect(Properties[name]).toContain("muster-test");
      }
    }
  });

  test("names for each function the handler that its zip holds", () => {
    for (const [name, zip] of Object.entries(zips)) {
      const handler = property(`${capitalize(name)}LambdaFunction`, "Handler");
      expect(handler).toBe(`.build/functions/${name}/index.handler`);
      expect([...readZip(zip).keys()]).toContain(`.build/functions/${name}/index.mjs`);
    }
  });
});

function key(hash: string, range: string) {
  return [
    { AttributeName: hash, KeyType: "HASH" },
    { AttributeName: range, KeyType: "RANGE" },
  ];
}

function capitalize(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
