import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { createApiClient } from "../../../src/cli/api/api-client.ts";
import { readRetryAfter } from "../../../src/cli/api/retry.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const token = "muster_secret";
const answer = z.object({ ok: z.boolean() });
const { signal } = new AbortController();

const ok: Answer = (_, response) => response.end('{"ok":true}');
const gone: Answer = (request) => request.socket.destroy();
const says =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(status, headers).end(JSON.stringify(body));

/** A server that answers one after another, and a client that does not wait. */
async function setup(...answers: readonly Answer[]) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    request.resume();
    request.on("end", () => (answers[requests.length - 1] ?? gone)(request, response));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  const waits: number[] = [];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call = createApiClient(
    { url, token },
    { wait: async (ms) => void waits.push(ms), random: () => 1 },
  );
  return { call, requests, waits, close };
}

const read = { path: "/v1/batches", answer, signal };
const create = { ...read, method: "POST", body: {} } as const;

describe("what passes is tried again", () => {
  const passing: readonly (readonly [what: string, answer: Answer])[] = [
    ["too many requests", says(429, { message: "Too Many Requests" })],
    ["a function that is not there", says(503, { message: "Service Unavailable" })],
    ["a gateway that gave up", says(504, {})],
    ["a connection that died", gone],
  ];
  test.for(passing)("of a read: %s", async ([, first]) => {
    const { call, waits } = await setup(first, first, ok);
    expect(await call(read)).toEqual({ ok: true });
    expect(waits).toEqual([500, 1_000]);
  });
  test.for(passing)("of a creation with a key, with that key: %s", async ([, first]) => {
    const { call, requests } = await setup(first, ok);
    expect(await call({ ...create, idempotencyKey: "k" })).toEqual({ ok: true });
    expect(requests.map(({ headers }) => headers["idempotency-key"])).toEqual(["k", "k"]);
  });
  test.for(passing)("but not of a creation without one: %s", async ([, first]) => {
    const { call, requests } = await setup(first, ok);
    await expect(call(create)).rejects.toMatchObject({ code: "API_UNREACHABLE" });
    expect(requests).toHaveLength(1);
  });
  test("when the server says so, and no later than makes sense", async () => {
    const { call, waits } = await setup(
      says(429, {}, { "retry-after": "7" }),
      says(503, {}, { "retry-after": "86400" }),
      ok,
    );
    await call(read);
    expect(waits).toEqual([7_000, 20_000]);
  });
  test("but not where nobody listens, which is told at once", async () => {
    const { call, waits, close } = await setup();
    await close();
    await expect(call(read)).rejects.toMatchObject({
      code: "API_UNREACHABLE",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    expect(waits).toEqual([]);
  });
  test("six times in all", async () => {
    const { call, requests } = await setup();
    await expect(call(read)).rejects.toMatchObject({
      code: "API_UNREACHABLE",
      message: expect.stringMatching(/does not answer: (other side closed|ECONNRESET)\.$/),
    });
    expect(requests).toHaveLength(6);
  });
});

describe("what is refused", () => {
  const problem = { code: "BATCH_UNKNOWN", detail: "There is no batch x.", requestId: "r-1" };
  const cases: readonly (readonly [what: string, Answer, error: object])[] = [
    [
      "by the API has its code, sentence, remedy and request",
      says(404, { ...problem, remedy: "Look." }),
      {
        code: "BATCH_UNKNOWN",
        message: "There is no batch x.",
        details: { status: 404, requestId: "r-1", remedy: "Look." },
      },
    ],
    [
      "with a code of a later version has it all the same",
      says(409, { ...problem, code: "NEW_CODE" }),
      {
        code: "API_FAILED",
        message: "NEW_CODE: There is no batch x.",
        details: { apiCode: "NEW_CODE" },
      },
    ],
    [
      "as no request without a token is",
      says(401, { message: "Unauthorized" }),
      { code: "TOKEN_REFUSED" },
    ],
    [
      "as a token without rights is",
      says(403, { message: "Forbidden" }),
      { code: "TOKEN_REFUSED" },
    ],
    [
      "as something failed inside names the request",
      says(500, { title: "Internal Server Error", requestId: "r-2" }),
      { code: "API_FAILED", message: expect.stringContaining("r-2") },
    ],
    [
      "as it is none of the API's answers",
      says(200, { hello: "world" }),
      { code: "API_FAILED", message: expect.stringContaining("Is the URL the API's?") },
    ],
    [
      "as it leads elsewhere",
      says(307, {}, { location: "https://127.0.0.1:1/" }),
      { code: "API_FAILED", details: { status: 307 } },
    ],
  ];
  test.for(cases)("%s", async ([, given, error]) => {
    const { call } = await setup(given);
    const thrown = await call(create).catch((each: unknown) => each);
    expect(thrown).toMatchObject(error);
    expect(JSON.stringify([thrown, String(thrown)])).not.toContain(token);
  });
});

describe("a token", () => {
  test("is sent as a bearer's", async () => {
    const { call, requests } = await setup(ok);
    await call(read);
    expect(requests[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });
  test.for([
    ["http://muster.example.com", token, "CONFIGURATION_INVALID"],
    ["http://10.0.0.1:8886", token, "CONFIGURATION_INVALID"],
    ["https://muster.example.com", undefined, "TOKEN_MISSING"],
    ["https://muster.example.com", "two\nlines", "TOKEN_REFUSED"],
  ] as const)("is not sent to %s: %j, %s", ([url, given, code]) => {
    expect(() => createApiClient({ url, token: given })).toThrow(expect.objectContaining({ code }));
  });
});

describe("Retry-After (RFC 9110 §10.2.3)", () => {
  const now = new Date("2026-05-01T12:00:00Z");
  test.for([
    [null, undefined],
    ["3", 3_000],
    ["Fri, 01 May 2026 12:00:05 GMT", 5_000],
    ["Fri, 01 May 2026 11:00:00 GMT", 0],
    ["soon", undefined],
  ] as const)("of %j is %j ms", ([value, ms]) => {
    expect(readRetryAfter(value, now)).toBe(ms);
  });
});
