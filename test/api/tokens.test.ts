import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import type { ApiRequest } from "./support.ts";
import { useApiWorld } from "./use-api-world.ts";

const world = useApiWorld();
const dayMs = 86_400_000;

const creating = (body: object = {}, headers: Record<string, string> = {}): ApiRequest => ({
  method: "POST",
  path: "/v1/tokens",
  body: { role: "auditor", description: "Ann", ...body },
  headers,
});
const asOperator = (request: ApiRequest) => world.api.call(world.api.operatorToken, request);
const health = (token: string) => world.api.call(token, { path: "/v1/tokens?limit=1" });

describe("a token", () => {
  test("is shown once, and kept as its hash alone", async () => {
    const { status, body, headers } = await asOperator(creating());
    expect(status).toBe(201);
    expect(body.text).toMatch(/^muster_[0-9A-Za-z]{49}$/);
    expect(headers.get("location")).toBe(`/v1/tokens/${body.token.id}`);
    expect((await asOperator({ path: `/v1/tokens/${body.token.id}` })).body).toEqual(body.token);
    for (const table of ["ledger", "audit"]) {
      const { Items } = await world.api.clients.dynamodb.send(
        new ScanCommand({ TableName: table }),
      );
      expect(JSON.stringify(Items)).not.toContain(body.text);
      expect(JSON.stringify(Items)).not.toContain(body.text.slice(7, 50));
    }
  });

  test("gives its rights until it expires", async () => {
    const { body } = await asOperator(creating({ days: 1 }));
    world.api.advance(dayMs - 1);
    expect((await health(body.text)).status).toBe(200);
    world.api.advance(1);
    expect((await health(body.text)).status).toBe(403);
  });

  test("loses its rights at once when it is revoked; again changes nothing", async () => {
    const { body } = await asOperator(creating());
    expect((await health(body.text)).status).toBe(200);
    const revoking = { method: "POST", path: `/v1/tokens/${body.token.id}/revoke` };
    const revoked = await asOperator(revoking);
    expect(revoked.body).toEqual({
      ...body.token,
      revokedAt: expect.any(String),
      revokedBy: expect.stringMatching(/^token:[0-9a-f]{32}$/),
    });
    expect((await health(body.text)).status).toBe(403);
    world.api.advance(1_000);
    expect((await asOperator(revoking)).body).toEqual(revoked.body);
  });

  test("leaves records of who made it and who revoked it, and nothing of itself", async () => {
    const { body } = await asOperator(creating({ role: "manufacturer", manufacturer: "acme" }));
    const { id, expiresAt, createdBy } = body.token;
    await asOperator({ method: "POST", path: `/v1/tokens/${id}/revoke` });
    const audit = await asOperator({ path: `/v1/audit/tokens/${id}` });
    expect(audit.body.records).toMatchObject([
      {
        action: "created",
        actor: createdBy,
        evidence: { role: "manufacturer", manufacturer: "acme", expiresAt },
      },
      { action: "revoked", actor: createdBy, evidence: {} },
    ]);
    const verdict = await asOperator({ path: `/v1/audit/tokens/${id}/verification` });
    expect(verdict.body).toMatchObject({ whole: true, records: 2, breaks: [] });
    expect(JSON.stringify(audit.body)).not.toContain(body.text);
  });

  test("shows the day it was last used on", async () => {
    const { body } = await asOperator(creating());
    const find = async () => {
      const { tokens } = (await asOperator({ path: "/v1/tokens?limit=100" })).body;
      return tokens.find(({ id }: { id: string }) => id === body.token.id);
    };
    expect(await find()).toEqual(body.token);
    await health(body.text);
    const day = world.api.now().toISOString().slice(0, 10);
    expect(await find()).toEqual({ ...body.token, lastUsedOn: day });
  });

  test.for([
    ["a role there is not", { role: "root" }, "REQUEST_INVALID"],
    ["a manufacturer for an auditor", { manufacturer: "acme" }, "REQUEST_INVALID"],
    ["no manufacturer for one", { role: "manufacturer" }, "REQUEST_INVALID"],
    ["a manufacturer there is not", toMaker("nobody"), "MANUFACTURER_UNKNOWN"],
    ["no day", { days: 0 }, "REQUEST_INVALID"],
    ["more than 366 days", { days: 367 }, "REQUEST_INVALID"],
  ] as const)("cannot be made with %s", async ([, body, code]) => {
    expect((await asOperator(creating(body))).body.code).toBe(code);
  });
});

function toMaker(manufacturer: string) {
  return { role: "manufacturer", manufacturer };
}

describe("a request for a token that is repeated with its key", () => {
  test("makes no second one, and names the first", async () => {
    const request = creating({}, { "idempotency-key": "once" });
    const first = await asOperator(request);
    const again = await asOperator(request);
    expect(again.body).toMatchObject({
      status: 409,
      code: "TOKEN_ALREADY_SHOWN",
      detail: expect.stringContaining(first.body.token.id),
    });
    expect(JSON.stringify(again.body)).not.toContain(first.body.text);
  });

  test("at the same moment makes one", async () => {
    const request = creating({}, { "idempotency-key": "at-once" });
    const answers = await Promise.all(Array.from({ length: 5 }, () => asOperator(request)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(4);
  });

  test("of somebody else's is another's", async () => {
    const other = await world.api.tokenOf("operator");
    const request = creating({}, { "idempotency-key": "shared" });
    expect((await asOperator(request)).status).toBe(201);
    expect((await world.api.call(other, request)).status).toBe(201);
  });
});

describe("the list of tokens", () => {
  test("gives each once, the newest first, page by page", async () => {
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      world.api.advance(1_000);
      made.unshift((await asOperator(creating())).body.token.id);
    }
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const more = cursor === undefined ? "" : `&cursor=${cursor}`;
      const { body } = await asOperator({ path: `/v1/tokens?limit=2${more}` });
      expect(body.tokens.length).toBeLessThanOrEqual(2);
      listed.push(...body.tokens.map(({ id }: { id: string }) => id));
      cursor = body.cursor;
    } while (cursor !== undefined);
    expect(listed.slice(0, 5)).toEqual(made);
    expect(new Set(listed).size).toBe(listed.length);
  });

  test("of a manufacturer fills its pages with its own", async () => {
    const own = await world.api.tokenOf("manufacturer", "acme");
    for (let count = 0; count < 4; count += 1) {
      world.api.advance(1_000);
      await asOperator(creating());
    }
    const { body } = await world.api.call(own, { path: "/v1/tokens?limit=1" });
    expect(body.tokens).toMatchObject([{ manufacturer: "acme" }]);
  });
});
