import { request as sendRequest } from "node:http";
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { type HttpEvent, toHttpEvent } from "../../src/local/http-event.ts";
import { type HttpServerOptions, startHttpServer } from "../../src/local/http-server.ts";
import type { LoopbackServer } from "../../src/local/listen-on-loopback.ts";

type Sent = Omit<RequestInit, "headers"> & { readonly headers?: Record<string, string> };

const servers: LoopbackServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function setup(options: Partial<HttpServerOptions> = {}) {
  const events: HttpEvent[] = [];
  const questions: unknown[] = [];
  const server = await startHttpServer({
    port: 0,
    accountId: "123456789012",
    region: "eu-west-1",
    publicRoutes: ["GET /v1/health"],
    now: () => new Date("2026-05-01T12:00:00Z"),
    authorize: async (question) => {
      questions.push(question);
      return { isAuthorized: true, context: { role: "operator" } };
    },
    handle: async (event) => {
      events.push(event as HttpEvent);
      return { statusCode: 200, headers: { "content-type": "text/plain" }, body: "ok" };
    },
    ...options,
  });
  servers.push(server);
  const call = (path: string, { headers, ...init }: Sent = {}) =>
    fetch(`${server.url}${path}`, { ...init, headers: { authorization: "x", ...headers } });
  return { server, events, questions, call };
}

const never = () => new Promise<never>(() => {});

describe("a request becomes an event of payload format 2.0", () => {
  test("with path, query, headers, cookies and body as API Gateway gives them", async () => {
    const { events, call } = await setup();
    await call("/v1/a%3Ab/c?x=1&y=%20&x=2&z", {
      method: "POST",
      headers: { Cookie: "a=1; b=2", "X-One": "1", "content-type": "application/json" },
      body: '{"ü":1}',
    });
    expect(events).toMatchObject([
      {
        version: "2.0",
        routeKey: "ANY /v1/{proxy+}",
        rawPath: "/v1/a:b/c",
        rawQueryString: "x=1&y=%20&x=2&z",
        queryStringParameters: { x: "1,2", y: " ", z: "" },
        cookies: ["a=1", "b=2"],
        headers: { "x-one": "1", "content-type": "application/json", "content-length": "8" },
        pathParameters: { proxy: "a:b/c" },
        body: '{"ü":1}',
        isBase64Encoded: false,
        requestContext: {
          accountId: "123456789012",
          authorizer: { lambda: { role: "operator" } },
          http: { method: "POST", path: "/v1/a:b/c", protocol: "HTTP/1.1" },
          stage: "$default",
          time: "01/May/2026:12:00:00 +0000",
          timeEpoch: Date.parse("2026-05-01T12:00:00Z"),
        },
      },
    ]);
    expect(events[0]?.headers).not.toHaveProperty("cookie");
  });

  test("with a body in base64 that is not text", async () => {
    const { events, call } = await setup();
    const body = Buffer.from([0, 255, 10]);
    const headers = { "content-type": "application/octet-stream" };
    await call("/v1/x", { method: "PUT", body, headers });
    expect(events[0]).toMatchObject({ body: body.toString("base64"), isBase64Encoded: true });
  });

  test("whatever it is made of: nothing is thrown, and all of it can be read back", () => {
    const text = fc.string({ unit: "binary", maxLength: 30 });
    const headers = fc.array(fc.oneof(text, fc.constantFrom("Cookie", "__proto__", "Host")));
    fc.assert(
      fc.property(text, headers, fc.uint8Array(), (url, rawHeaders, bytes) => {
        const request = { method: "POST", url: `/v1/${url}`, rawHeaders, httpVersion: "1.1" };
        const context = {
          requestId: "r",
          accountId: "1",
          now: new Date(0),
          ownRoutes: new Set<string>(),
        };
        const event = toHttpEvent(request, Buffer.from(bytes), context);
        if (typeof event === "number") return;
        expect(JSON.parse(JSON.stringify(event))).toEqual(event);
        expect(event.rawPath).not.toContain("?");
        const body = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
        if (event.isBase64Encoded) expect(body).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test("unless its path cannot be decoded, or no route is of it", async () => {
    const { events, call } = await setup();
    expect((await call("/v1/%ff")).status).toBe(400);
    expect((await call("/other")).status).toBe(404);
    expect(events).toEqual([]);
  });
});

describe("the authorizer", () => {
  test("is asked for every request but those of public routes, and shown no body", async () => {
    const { questions, events, call } = await setup();
    await call("/v1/x", { method: "POST", body: "secret" });
    await call("/v1/x");
    await call("/v1/health");
    expect(questions).toHaveLength(2);
    expect(questions[0]).toMatchObject({
      type: "REQUEST",
      identitySource: ["x"],
      routeArn: "arn:aws:execute-api:eu-west-1:123456789012:local/$default/POST/v1/x",
    });
    expect(questions[0]).not.toHaveProperty("body");
    expect(events[2]?.requestContext.authorizer).toBeUndefined();
  });

  const answers: readonly (readonly [string, () => Promise<unknown>, number])[] = [
    ["says no", async () => ({ isAuthorized: false }), 403],
    ["says neither yes nor no", async () => ({}), 500],
    ["fails", () => Promise.reject(new Error("database")), 500],
    ["says Unauthorized", () => Promise.reject(new Error("Unauthorized")), 401],
    ["takes too long", never, 500],
  ];
  test.for(answers)("that %s lets nobody in", async ([, authorize, status]) => {
    const { events, call } = await setup({ authorize, limits: { authorizeMs: 20 } });
    expect((await call("/v1/x")).status).toBe(status);
    expect(events).toEqual([]);
  });

  test("is not asked without a token", async () => {
    const { server, questions } = await setup();
    const response = await fetch(`${server.url}/v1/x`);
    expect([response.status, await response.json()]).toEqual([401, { message: "Unauthorized" }]);
    expect(questions).toEqual([]);
  });
});

describe("an answer", () => {
  const results: readonly (readonly [string, unknown, number, string])[] = [
    ["with a status is sent as it is", { statusCode: 404, body: "no" }, 404, "no"],
    ["in base64 is decoded", { statusCode: 200, body: "YQ==", isBase64Encoded: true }, 200, "a"],
    ["without a status is a body", { a: 1 }, 200, '{"a":1}'],
    ["that is a text is a body", "hi", 200, "hi"],
  ];
  test.for(results)("%s", async ([, result, status, text]) => {
    const { call } = await setup({ handle: async () => result });
    const response = await call("/v1/x");
    expect([response.status, await response.text()]).toEqual([status, text]);
  });

  test("has its cookies and headers", async () => {
    const result = { statusCode: 200, headers: { "x-a": "1" }, cookies: ["a=1", "b=2"], body: "" };
    const { call } = await setup({ handle: async () => result });
    const { headers } = await call("/v1/x");
    expect(headers.get("x-a")).toBe("1");
    expect(headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test.for<[string, () => Promise<unknown>, number]>([
    ["of a function that fails is 500", () => Promise.reject(new Error("x")), 500],
    ["of one that takes too long is 503", never, 503],
    ["that cannot be sent is 500", async () => ({ statusCode: 200, headers: { "a\n": "" } }), 500],
  ])("%s", async ([, handle, status]) => {
    const { call } = await setup({ handle, limits: { handleMs: 20 } });
    expect((await call("/v1/x")).status).toBe(status);
  });
});

describe("what is too large is refused", () => {
  test("as a request, declared or not", async () => {
    const { events, server, call } = await setup({ limits: { requestBytes: 1_000 } });
    expect((await call("/v1/x", { method: "POST", body: "a".repeat(1_001) })).status).toBe(413);
    expect(await sendUndeclared(server.url, 100_000)).toBe(413);
    expect((await call("/v1/x", { method: "POST", body: "a".repeat(1_000) })).status).toBe(200);
    expect(events).toHaveLength(1);
  });

  test("as an event, which Lambda takes 6 MB of", async () => {
    const { events, call } = await setup({ limits: { eventBytes: 3_000 } });
    expect((await call("/v1/x", { method: "POST", body: "a".repeat(3_000) })).status).toBe(413);
    expect(events).toEqual([]);
  });

  test("as headers", async () => {
    const { call } = await setup();
    expect((await call("/v1/x", { headers: { "x-a": "a".repeat(11_000) } })).status).toBe(431);
  });
});

/** In chunks, without a length; @returns the status. */
function sendUndeclared(url: string, bytes: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: "x", "transfer-encoding": "chunked" };
    const sent = sendRequest(`${url}/v1/x`, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on("error", reject);
    sent.end("a".repeat(bytes));
  });
}

describe("the server", () => {
  test("answers to its own names only", async () => {
    const { server } = await setup();
    const status = await new Promise((resolve, reject) => {
      const headers = { host: "evil.example" };
      const sent = sendRequest(`${server.url}/v1/health`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on("error", reject);
      sent.end();
    });
    expect(status).toBe(403);
  });

  test.for([
    ["a page elsewhere", () => "https://evil.example", 403],
    ["another port", () => "http://127.0.0.1:1", 403],
    ["no page", () => "null", 403],
    ["its own pages", (url: string) => url, 200],
  ] as const)("answers %s as it should", async ([, toOrigin, status]) => {
    const { server, call } = await setup({
      mounts: [
        async ({ url }, response) => {
          if (url === "/mounted") response.end();
          return url === "/mounted";
        },
      ],
    });
    const headers = { origin: toOrigin(server.url) };
    expect((await call("/v1/x", { headers })).status).toBe(status);
    expect((await call("/mounted", { headers })).status).toBe(status);
  });

  test("waits with a request until functions are there", async () => {
    const functions = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const { call, questions } = await setup({
      ready: () => {
        asked.resolve();
        return functions.promise;
      },
    });
    const answer = call("/v1/x");
    await asked.promise;
    expect(questions).toEqual([]);
    functions.resolve();
    expect((await answer).status).toBe(200);
  });

  test("answers 500 where functions cannot be had", async () => {
    const { call } = await setup({ ready: () => Promise.reject(new Error("no configuration")) });
    expect((await call("/v1/x")).status).toBe(500);
  });

  test("leaves to mounts what they answer", async () => {
    const { events, call } = await setup({
      mounts: [
        async ({ url }, response) => {
          if (url !== "/uploads/1") return false;
          response.end("mounted");
          return true;
        },
      ],
    });
    expect(await (await call("/uploads/1")).text()).toBe("mounted");
    expect(await (await call("/v1/x")).text()).toBe("ok");
    expect(events).toHaveLength(1);
  });
});
