import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod/mini";
import { readStreamImage } from "../../src/aws/dynamodb/read-stream-image.ts";
import {
  type FleetEventType,
  fleetEventShapes,
  fleetEventSource,
  fleetEventTypes,
} from "../../src/rules/events/fleet-event.ts";
import { publishedActions, toFleetEvent } from "../../src/rules/events/to-fleet-event.ts";

interface Example {
  readonly source: string;
  readonly "detail-type": FleetEventType;
  readonly time: string;
  readonly detail: { readonly at: string };
}

const examples = [
  ...readFileSync("docs/events.md", "utf8").matchAll(/^```json\n(.*?)^```$/gms),
].map(([, text = ""]) => JSON.parse(text) as Example);

describe("docs/events.md", () => {
  test("has an example of each event", () => {
    expect(examples.map((example) => example["detail-type"]).sort()).toEqual(
      fleetEventTypes.toSorted(),
    );
  });

  test.for(examples.map((example) => [example["detail-type"], example] as const))(
    "its %s is one, and has no member too many",
    ([type, { source, time, detail }]) => {
      expect(source).toBe(fleetEventSource);
      expect(Date.parse(time)).toBe(Math.floor(Date.parse(detail.at) / 1000) * 1000);
      const strict = z.strictObject(fleetEventShapes[type].shape as never);
      expect(z.safeParse(strict, detail).error?.issues).toBeUndefined();
    },
  );
});

describe("the stream", () => {
  const { functions } = parse(readFileSync("serverless.yml", "utf8"), { logLevel: "silent" });
  const [{ stream }] = functions.publish.events;

  test("is filtered by the actions that events are made of", () => {
    const [pattern] = stream.filterPatterns;
    expect(pattern.eventName).toEqual(["INSERT"]);
    const { S } = pattern.dynamodb.NewImage.record.M.action;
    expect(S.toSorted()).toEqual(publishedActions.toSorted());
  });

  test("is tried again for six hours, in halves, and then noted in a queue", () => {
    expect(stream).toMatchObject({
      type: "dynamodb",
      arn: "AuditTable.StreamArn",
      startingPosition: "TRIM_HORIZON",
      functionResponseType: "ReportBatchItemFailures",
      bisectBatchOnFunctionError: true,
      maximumRecordAgeInSeconds: 6 * 3_600,
      destinations: { onFailure: { type: "sqs", arn: "EventsDeadLetterQueue.Arn" } },
    });
    expect(stream).not.toHaveProperty("maximumRetryAttempts");
  });

  test("in events/ is what the examples are made of", () => {
    const { Records } = JSON.parse(readFileSync("events/stream-audit.json", "utf8")) as {
      readonly Records: readonly { readonly dynamodb: { readonly NewImage: unknown } }[];
    };
    const made = Records.map(({ dynamodb }) =>
      toFleetEvent(readStreamImage(dynamodb.NewImage), "prod"),
    );
    expect(made.map((event) => event?.type)).toEqual([
      "quarantined",
      "batch-completed",
      "admitted",
      "revoked",
      "rejected",
    ]);
  });
});
