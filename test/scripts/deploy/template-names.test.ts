import { describe, expect, test } from "vitest";
import { toImportTemplate } from "../../../scripts/deploy/adopt-leftovers.ts";
import { checkNames } from "../../../scripts/deploy/check-names.ts";
import { listNames, type Template } from "../../../scripts/deploy/template-names.ts";

const place = { accountId: "123456789012", region: "eu-west-1" };

const template = (stage: string): Template => ({
  Resources: {
    Bucket: {
      Type: "AWS::S3::Bucket",
      DeletionPolicy: "Retain",
      Properties: {
        BucketName: { "Fn::Sub": `muster-${stage}-\${AWS::AccountId}-\${AWS::Region}` },
        NotificationConfiguration: { Queue: { "Fn::GetAtt": ["Queue", "Arn"] } },
      },
    },
    Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: `muster-${stage}-ingest` } },
    Rule: {
      Type: "AWS::IoT::TopicRule",
      Properties: {
        RuleName: {
          "Fn::Sub": [
            "${Prefix}_registrations",
            { Prefix: { "Fn::Join": ["_", { "Fn::Split": ["-", `muster-${stage}`] }] } },
          ],
        },
      },
    },
    Deployments: { Type: "AWS::S3::Bucket", Properties: {} },
    Policy: { Type: "AWS::SQS::QueuePolicy", Properties: {} },
  },
});

describe("the names of a template", () => {
  test("come out as CloudFormation makes them", () => {
    const names = listNames(template("a-b"), place);
    expect(names.map(({ logicalId, name, isRetained }) => [logicalId, name, isRetained])).toEqual([
      ["Bucket", "muster-a-b-123456789012-eu-west-1", true],
      ["Queue", "muster-a-b-ingest", false],
      ["Rule", "muster_a_b_registrations", false],
    ]);
  });

  test("that are made in another way are no silent gap", () => {
    const Resources = { Q: { Type: "AWS::SQS::Queue", Properties: { QueueName: { Ref: "X" } } } };
    expect(() => listNames({ Resources }, place)).toThrow("not known here");
  });

  // muster-<stage>-123456789012-eu-west-1 has 30 characters beside the stage; a bucket's name 63.
  test.for([
    [33, []],
    [34, ["Bucket.BucketName"]],
    [67, ["Bucket.BucketName", "Queue.QueueName"]],
  ] as const)("of a stage of %d characters: too long are %j", ([length, fields]) => {
    const found = checkNames(listNames(template("s".repeat(length)), place));
    expect(found.map(({ code, field }) => [code, field])).toEqual(
      fields.map((field) => ["NAME_TOO_LONG", field]),
    );
  });

  test("that are too long are told with how much", () => {
    const [found] = checkNames(listNames(template("s".repeat(36)), place));
    expect(found?.message).toContain("Make the stage 3 shorter");
  });
});

describe("what is left behind", () => {
  test("is imported beside what the stack has, without what refers to the rest", () => {
    const [bucket] = listNames(template("dev"), place);
    const current = { Resources: { Deployments: { Type: "AWS::S3::Bucket" } } };
    expect(toImportTemplate(current, bucket ? [bucket] : [], template("dev"))).toEqual({
      Resources: {
        Deployments: { Type: "AWS::S3::Bucket" },
        Bucket: {
          Type: "AWS::S3::Bucket",
          DeletionPolicy: "Retain",
          Properties: { BucketName: expect.anything() },
        },
      },
    });
  });
});
