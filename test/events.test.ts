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
import { type BatchMessage, parseBatchMessages } from "../src/batches/batch-messages.ts";
import { createHandleAuthorize } from "../src/lambda/handle-authorize.ts";
import { toHttpEvent } from "../src/local/http-event.ts";
import { parseRegistrationEvent } from "../src/onboarding/admit/parse-registration-event.ts";
import { readEventCertificates } from "./support/event-certificates.ts";
import { type EventName, eventTable, toEventRows } from "./support/event-table.ts";

const names = Object.keys(eventTable) as EventName[];

describe("events/", () => {
  test("holds the events of the table, and those of every function", async () => {
    const files = (await readdir("events")).filter((file) => file.endsWith(".json"));
    expect(files.toSorted()).toEqual(names.map((name) => `${name}.json`).toSorted());
    const functions = (await readdir("functions")).map((file) => file.replace(/\.ts$/, ""));
    const fed = new Set<string>(Object.values(eventTable).map(([fedTo]) => fedTo));
    expect([...fed].toSorted()).toEqual(functions.toSorted());
  });

  test("describes each in its README", async () => {
    const readme = await readFile("events/README.md", "utf8");
    expect(readme.split("\n").filter((line) => line.startsWith("| ["))).toEqual(toEventRows());
  });

  test("names no account but the one of AWS's examples, and holds no secret", async () => {
    for (const name of names) {
      const text = await readFile(`events/${name}.json`, "utf8");
      const accounts = text.match(/(?<![0-9a-f])\d{12}(?![0-9a-f])/g) ?? [];
      expect(new Set(accounts), name).toEqual(new Set(["123456789012"]));
      expect(text).not.toMatch(/PRIVATE KEY|AKIA[0-9A-Z]{16}|eyJ[\w-]+\./);
    }
    expect(await readFile("events/certificates.pem", "utf8")).not.toContain("PRIVATE KEY");
  });

  test("registered.json is a first connect, registered-again.json the same device's next", async () => {
    const first = parseRegistrationEvent(await read("registered"));
    const again = parseRegistrationEvent(await read("registered-again"));
    expect(again).toEqual({ ...first, publishedAt: expect.any(Date) });
    expect(again.publishedAt.getTime()).toBeGreaterThan(first.publishedAt.getTime());
    expect(() => parseRegistrationEvent({})).toThrow();
  });

  test("names the CA and the devices of certificates.pem, where they are not another's", async () => {
    const { ca, devices } = readEventCertificates();
    const events = await Promise.all(["registered", "registered-again"].map(read));
    const { Records } = (await read("sqs-registrations")) as SQSEvent;
    for (const event of [...events, ...Records.map(({ body }) => JSON.parse(body) as unknown)]) {
      const { caCertificateId, certificateId } = parseRegistrationEvent(event);
      expect(caCertificateId).toBe(ca.certificateId);
      expect(devices.map((each) => each.certificateId)).toContain(certificateId);
    }
    const foreign = parseRegistrationEvent(await read("registered-foreign-ca"));
    expect(foreign.caCertificateId).not.toBe(ca.certificateId);
  });

  test("sqs-registrations-poisoned.json holds one message that is no event, between two", async () => {
    const { Records } = (await read("sqs-registrations-poisoned")) as SQSEvent;
    const results = Records.map(({ body }) => {
      try {
        return parseRegistrationEvent(JSON.parse(body)).certificateId.length;
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(results).toEqual([64, "SyntaxError", 64]);
  });

  const batch = "0197a3c4-5e21-7d10-9b7a-3f2c1d0e8a55";
  const preregistered = "0197a3c4-7b3f-7e42-8d15-6a0f9c2e4b71";
  /** An event for each step, which the compiler demands. */
  const steps = {
    inspect: { step: "inspect", batch },
    expire: { step: "expire", batch },
    check: { step: "check", batch, part: 1 },
    gather: { step: "gather", batch },
    land: { step: "land", batch, part: 1 },
    finish: { step: "finish", batch },
    heal: { step: "heal", batch },
    preregister: { step: "preregister", batch: preregistered, number: 0 },
    settle: { step: "settle", batch },
  } satisfies { readonly [Step in BatchMessage["step"]]: Extract<BatchMessage, { step: Step }> };
  const work: readonly (readonly [EventName, readonly object[]])[] = [
    ...Object.entries(steps).map(
      ([step, message]) => [`sqs-ingest-${step as keyof typeof steps}`, [message]] as const,
    ),
    ["sqs-ingest-upload", [steps.inspect]],
    ["sqs-ingest-test", []],
  ];
  test.for(work)("%s.json is work on a batch", async ([name, messages]) => {
    const { Records } = (await read(name)) as SQSEvent;
    expect(Records.flatMap(({ body }) => parseBatchMessages(JSON.parse(body)))).toEqual(messages);
  });

  test.for(names.filter((name) => name.startsWith("sqs-")))(
    "%s.json has the members of SQS, and the body's checksum",
    async (name) => {
      const { Records } = (await read(name)) as SQSEvent;
      for (const { body, md5OfBody, ...rest } of Records) {
        expect(md5OfBody).toBe(hash("md5", body));
        expect(Object.keys(rest).toSorted()).toEqual([
          "attributes",
          "awsRegion",
          "eventSource",
          "eventSourceARN",
          "messageAttributes",
          "messageId",
          "receiptHandle",
        ]);
      }
    },
  );

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

  const requests = names.filter((name) => name.startsWith("http-api"));
  test.for(requests)("%s.json has the members that the local cloud's events have", async (name) => {
    const event = (await read(name)) as APIGatewayProxyEventV2;
    const { authorizer: _, ...requestContext } = event.requestContext as { authorizer?: unknown };
    const made = toHttpEvent(toRequest(event), toBody(event), {
      requestId: "r",
      accountId: "1",
      now: new Date(0),
      ownRoutes: new Set(["GET /v1/health", "GET /v1/openapi.json"]),
    });
    if (typeof made === "number") throw new Error("It is no event.");
    expect(Object.keys(made).toSorted()).toEqual(Object.keys(event).toSorted());
    expect(Object.keys(made.requestContext).toSorted()).toEqual(
      Object.keys(requestContext).toSorted(),
    );
    expect(made.queryStringParameters).toEqual(event.queryStringParameters);
    expect(made.pathParameters).toEqual(event.pathParameters);
    expect([made.routeKey, made.body, made.isBase64Encoded]).toEqual([
      event.routeKey,
      event.body,
      event.isBase64Encoded,
    ]);
  });

  test("authorizer.json and authorizer-unknown.json ask about tokens that are well-formed", async () => {
    const asked: string[] = [];
    const authorize = createHandleAuthorize({
      authenticateToken: async (text) => {
        asked.push(text);
        return undefined;
      },
    });
    for (const name of ["authorizer", "authorizer-unknown"]) {
      const event = (await read(name)) as APIGatewayRequestAuthorizerEventV2;
      expect(await authorize(event)).toEqual({ isAuthorized: false });
    }
    expect(asked.map(isTokenText)).toEqual([true, true]);
    expect(new Set(asked).size).toBe(2);
  });
});

function toRequest(event: APIGatewayProxyEventV2) {
  const { rawPath, rawQueryString, headers, requestContext } = event;
  return {
    method: requestContext.http.method,
    url: rawQueryString === "" ? rawPath : `${rawPath}?${rawQueryString}`,
    rawHeaders: Object.entries(headers).flatMap(([name, value]) => [name, value ?? ""]),
    httpVersion: "1.1",
  };
}

function toBody({ body = "", isBase64Encoded }: APIGatewayProxyEventV2): Buffer {
  return Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
}

async function read(name: string): Promise<unknown> {
  return JSON.parse(await readFile(`events/${name}.json`, "utf8"));
}
