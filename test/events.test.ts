import { hash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithJWTAuthorizer,
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayRequestAuthorizerEventV2,
  ScheduledEvent,
  SQSEvent,
} from "aws-lambda";
import { describe, expect, test } from "vitest";
import { isTokenText } from "../src/access/tokens/token-text.ts";
import { defaultClaimNames, readCaller } from "../src/api/caller.ts";
import { parseBatchMessages } from "../src/batches/batch-messages.ts";
import { createHandleAuthorize } from "../src/lambda/handle-authorize.ts";
import { toHttpEvent } from "../src/local/http-event.ts";
import { parseRegistrationEvent } from "../src/onboarding/admit/parse-registration-event.ts";

describe("events/", () => {
  test("holds the events that are read here, and no others", async () => {
    expect((await readdir("events")).sort()).toEqual([
      "authorizer.json",
      "http-api-jwt.json",
      "http-api.json",
      "registered-again.json",
      "registered.json",
      "scheduled.json",
      "sqs-ingest-test.json",
      "sqs-ingest-upload.json",
      "sqs-ingest.json",
      "sqs-registrations.json",
    ]);
  });

  test("names no account but the one of AWS's examples", async () => {
    for (const file of await readdir("events")) {
      const text = await readFile(`events/${file}`, "utf8");
      const accounts = text.match(/(?<![0-9a-f])\d{12}(?![0-9a-f])/g) ?? [];
      expect(new Set(accounts)).toEqual(new Set(["123456789012"]));
    }
  });

  test("registered.json is a first connect, registered-again.json the same device's next", async () => {
    const first = parseRegistrationEvent(await read("registered"));
    const again = parseRegistrationEvent(await read("registered-again"));
    expect(again).toEqual({ ...first, publishedAt: expect.any(Date) });
    expect(again.publishedAt.getTime()).toBeGreaterThan(first.publishedAt.getTime());
  });

  test("sqs-registrations.json holds two registration events and one message that is none", async () => {
    const { Records } = (await read("sqs-registrations")) as SQSEvent;
    const results = Records.map(({ body }) => {
      try {
        return parseRegistrationEvent(JSON.parse(body)).certificateId.length;
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(results).toEqual([64, 64, "SyntaxError"]);
  });

  const batch = "0197a3c4-5e21-7d10-9b7a-3f2c1d0e8a55";
  const work = [
    ["sqs-ingest", "a part to be landed", [{ step: "land", batch, part: 7 }]],
    ["sqs-ingest-upload", "S3's word of a manifest", [{ step: "inspect", batch }]],
    ["sqs-ingest-test", "what S3 sends when it is told of the queue", []],
  ] as const;
  test.for(work)("%s.json holds %s", async ([name, , messages]) => {
    const { Records } = (await read(name)) as SQSEvent;
    expect(Records.flatMap(({ body }) => parseBatchMessages(JSON.parse(body)))).toEqual(messages);
    for (const { body, md5OfBody } of Records) expect(md5OfBody).toBe(hash("md5", body));
  });

  test("scheduled.json is the schedule's, which tells the function nothing but the time", async () => {
    const event = (await read("scheduled")) as ScheduledEvent;
    expect(event["detail-type"]).toBe("Scheduled Event");
    expect(event.detail).toEqual({});
  });
});

describe("events of the HTTP API", () => {
  test("http-api.json is a manufacturer's, by a token; http-api-jwt.json an auditor's, by OIDC", async () => {
    const byToken = (await read("http-api")) as APIGatewayProxyEventV2WithLambdaAuthorizer<object>;
    const byJwt = (await read("http-api-jwt")) as APIGatewayProxyEventV2WithJWTAuthorizer;
    expect(readCaller(byToken.requestContext.authorizer, defaultClaimNames)).toEqual({
      role: "manufacturer",
      manufacturer: "acme",
      actor: "token:5e1c0a7d9f24b6836ad0c8f1e73b5924",
    });
    expect(readCaller(byJwt.requestContext.authorizer, defaultClaimNames)).toEqual({
      role: "auditor",
      actor: "oidc:0b9f6c1e-5d0c-4a2f-9d3e-7c1b2a3f4e5d",
    });
  });

  test("http-api.json has the members that the local cloud's events have", async () => {
    const event = (await read("http-api")) as APIGatewayProxyEventV2;
    const { authorizer: _, ...requestContext } = event.requestContext as { authorizer?: unknown };
    const rawHeaders = Object.entries(event.headers).flatMap(([name, value]) => [
      name,
      value ?? "",
    ]);
    const url = `${event.rawPath}?${event.rawQueryString}`;
    const request = { method: "GET", url, rawHeaders, httpVersion: "1.1" };
    const context = { requestId: "r", accountId: "1", now: new Date(0), ownRoutes: new Set("") };
    const made = toHttpEvent(request, Buffer.of(), context);
    if (typeof made === "number") throw new Error("It is no event.");
    expect(Object.keys(made).toSorted()).toEqual(Object.keys(event).toSorted());
    expect(Object.keys(made.requestContext).toSorted()).toEqual(
      Object.keys(requestContext).toSorted(),
    );
    expect(made.queryStringParameters).toEqual(event.queryStringParameters);
    expect(made.pathParameters).toEqual(event.pathParameters);
  });

  test("authorizer.json asks about a token, which nobody has", async () => {
    const asked: string[] = [];
    const authorize = createHandleAuthorize({
      authenticateToken: async (text) => {
        asked.push(text);
        return undefined;
      },
    });
    const event = (await read("authorizer")) as APIGatewayRequestAuthorizerEventV2;
    expect(await authorize(event)).toEqual({ isAuthorized: false });
    expect(asked.map(isTokenText)).toEqual([true]);
  });
});

async function read(name: string): Promise<unknown> {
  return JSON.parse(await readFile(`events/${name}.json`, "utf8"));
}
