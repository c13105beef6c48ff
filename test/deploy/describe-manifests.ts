import { describe, expect, test } from "vitest";
import {
  toCheckedKey,
  toManifestKey,
  toNamesKey,
  toPlanKey,
  toRepeatsKey,
  toReportKey,
  toRowsKey,
  toTranscriptKey,
} from "../../src/batches/batch-keys.ts";
import type { Packaged } from "./read-artifact.ts";
import { statements } from "./read-rights.ts";
import { readTemplate } from "./read-template.ts";

/** Where manifests lie, and what is done about them. */
export function describeManifests({ resources }: Packaged): void {
  const { property, mappingOf } = readTemplate(resources);

  describe("work on batches", () => {
    test("is one message at a time, a few at once, and tells which is to come again", () => {
      expect(mappingOf("Ingest")).toMatchObject({
        EventSourceArn: { "Fn::GetAtt": ["IngestQueue", "Arn"] },
        BatchSize: 1,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        ScalingConfig: { MaximumConcurrency: 3 },
      });
    });

    test("may send itself more, which Lambda would take for a loop", () => {
      expect(property("IngestLambdaFunction", "RecursiveLoop")).toBe("Allow");
    });

    test("is hidden six times as long as the function may run", () => {
      const timeout = Number(property("IngestLambdaFunction", "Timeout"));
      expect(property("IngestQueue", "VisibilityTimeout")).toBe(6 * timeout);
    });

    test("goes to the dead-letter queue after as many tries as the function counts", () => {
      expect(property("IngestQueue", "RedrivePolicy")).toEqual({
        deadLetterTargetArn: { "Fn::GetAtt": ["IngestDeadLetterQueue", "Arn"] },
        maxReceiveCount: 5,
      });
      expect(property("IngestLambdaFunction", "Environment")).toMatchObject({
        Variables: { MUSTER_MAX_RECEIVE_COUNT: "5" },
      });
    });

    test.for(["Api", "Ingest"])("finds bucket and queue in the environment of %s", (name) => {
      expect(property(`${name}LambdaFunction`, "Environment")).toMatchObject({
        Variables: {
          MUSTER_BUCKET: { Ref: "Bucket" },
          MUSTER_INGEST_QUEUE_URL: { Ref: "IngestQueue" },
        },
      });
    });
  });

  describe("the bucket", () => {
    test("is private, encrypted, kept, without versions, and refuses what comes without TLS", () => {
      expect(resources["Bucket"]).toMatchObject({
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: {
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              { ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
            ],
          },
        },
      });
      expect(property("Bucket", "VersioningConfiguration")).toBeUndefined();
      expect(statements(property("BucketPolicy", "PolicyDocument"))).toMatchObject([
        { Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
      ]);
    });

    test("tells the queue of manifests, and of nothing else that is written", () => {
      const { QueueConfigurations } = property("Bucket", "NotificationConfiguration") as {
        readonly QueueConfigurations: readonly {
          readonly Filter: {
            readonly S3Key: { readonly Rules: readonly { Name: string; Value: string }[] };
          };
        }[];
      };
      const rules = QueueConfigurations.flatMap(({ Filter }) => Filter.S3Key.Rules);
      expect(rules.map(({ Name }) => Name)).toEqual(["suffix"]);
      const batch = { manufacturer: "acme", id: "b-1" };
      const keys = [
        toManifestKey(batch),
        toTranscriptKey(batch),
        toPlanKey(batch, "ab"),
        toCheckedKey(batch, 1),
        toNamesKey(batch, 1),
        toRepeatsKey(batch, 1),
        toRowsKey(batch, 1, "land"),
        toReportKey(batch, "csv"),
      ];
      const told = keys.filter((each) => rules.every(({ Value }) => each.endsWith(Value)));
      expect(told).toEqual([toManifestKey(batch)]);
    });

    test("takes from browsers just the headers that an upload is granted with", () => {
      expect(property("Bucket", "CorsConfiguration")).toMatchObject({
        CorsRules: [
          {
            AllowedMethods: ["PUT"],
            AllowedHeaders: ["content-type", "if-none-match", "x-amz-checksum-sha256"],
          },
        ],
      });
    });

    test("forgets uploads that did not end after a day, everything after a year", () => {
      expect(property("Bucket", "LifecycleConfiguration")).toMatchObject({
        Rules: [
          { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
          { ExpirationInDays: 365 },
        ],
      });
    });
  });
}
