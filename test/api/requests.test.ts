import { generateKeyPairSync, hash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type PageQuery, sealCursor } from "../../src/api/page-cursor.ts";
import { maxInlineBytes } from "../../src/api/schemas/batch.ts";
import type { ApiRequest } from "./support.ts";
import { useApiWorld } from "./use-api-world.ts";

const world = useApiWorld();
const call = (request: ApiRequest) => world.api.call(world.api.operatorToken, request);
const adding = (body: unknown, headers: Record<string, string> = {}): ApiRequest => ({
  method: "POST",
  path: "/v1/manufacturers",
  body,
  headers,
});

describe("a request is refused", () => {
  const invalid: readonly { name: string; request: ApiRequest; errors: readonly object[] }[] = [
    { name: "without a body", request: adding(""), errors: [{ pointer: "#" }] },
    { name: "that is not JSON", request: adding("{"), errors: [{ pointer: "#" }] },
    { name: "that is another type of JSON", request: adding("[]"), errors: [{ pointer: "#" }] },
    {
      name: "that nests deeper than any that is described",
      request: adding(`${"[".repeat(100_000)}${"]".repeat(100_000)}`),
      errors: [{ pointer: "#", detail: expect.stringContaining("16") }],
    },
    {
      name: "for every member that is wrong, missing or unknown",
      request: adding({ id: "A", more: 1 }),
      errors: [{ pointer: "#/id" }, { pointer: "#/name" }, { pointer: "#/more" }],
    },
    {
      name: "for a parameter that there is not",
      request: { path: "/v1/manufacturers?limt=3" },
      errors: [{ parameter: "limt", in: "query" }],
    },
    {
      name: "for a parameter that is given twice",
      request: { path: "/v1/manufacturers?limit=3&limit=4" },
      errors: [{ parameter: "limit", in: "query" }],
    },
    {
      name: "for a limit beyond the greatest",
      request: { path: "/v1/manufacturers?limit=101" },
      errors: [{ parameter: "limit", in: "query" }],
    },
    {
      name: "for an id that cannot be one",
      request: { path: "/v1/certificates/AB" },
      errors: [{ parameter: "certificateId", in: "path" }],
    },
    {
      name: "for a header that is wrong",
      request: {
        method: "POST",
        path: "/v1/tokens",
        headers: { "idempotency-key": "a b" },
        body: { role: "auditor", description: "x" },
      },
      errors: [{ parameter: "idempotency-key", in: "header" }],
    },
    {
      name: "with half a character in a text, which no database keeps",
      request: adding('{"id":"half","name":"a\\ud800"}'),
      errors: [{ pointer: "#" }],
    },
    {
      name: "with half a character in the name of a member",
      request: adding('{"id":"half","name":"a","\\ud800":1}'),
      errors: [{ pointer: "#" }],
    },
    {
      name: "for a member of a name that is shown in part",
      request: adding({ id: "half", name: "a", [`${"a".repeat(99)}😀`]: 1 }),
      errors: [{ pointer: `#/${"a".repeat(99)}%EF%BF%BD` }],
    },
    {
      name: "for a cursor that is made up",
      request: { path: "/v1/tokens?cursor=abc" },
      errors: [{ parameter: "cursor", in: "query" }],
    },
  ];
  test.for(invalid)("$name", async ({ request, errors }) => {
    const { status, body, headers } = await call(request);
    expect({ status, code: body.code }).toEqual({ status: 400, code: "REQUEST_INVALID" });
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(body.errors).toEqual(errors.map((error) => expect.objectContaining(error)));
  });

  test("with a body that does not say it is JSON", async () => {
    const { body } = await call(adding("{}", { "content-type": "text/plain" }));
    expect(body).toMatchObject({ status: 415, code: "MEDIA_TYPE_UNSUPPORTED" });
  });

  test("with a private key, and nothing of it comes back", async () => {
    const privateKeyPem = createKey();
    const path = "/v1/manufacturers/acme/issuers";
    const { body } = await call({ method: "POST", path, body: { certificate: privateKeyPem } });
    expect(body).toMatchObject({ status: 422, code: "PRIVATE_KEY_REFUSED" });
    expect(JSON.stringify(body)).not.toContain(privateKeyPem.split("\n")[1]);
  });

  test("of no path, or by a method that the path does not take", async () => {
    expect((await call({ path: "/v1/nothing" })).body.code).toBe("ROUTE_UNKNOWN");
    const { body, headers } = await call({ method: "DELETE", path: "/v1/manufacturers/acme" });
    expect(body).toMatchObject({ status: 405, code: "METHOD_NOT_ALLOWED" });
    expect(headers.get("allow")).toBe("GET, PATCH");
  });
});

function createKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function toPush(content: Buffer): ApiRequest {
  return {
    method: "POST",
    path: "/v1/batches",
    body: {
      manufacturer: "acme",
      profile: "sensor",
      fileName: "a.pem",
      bytes: content.length,
      sha256: hash("sha256", content),
      content: content.toString("base64"),
    },
  };
}

describe("an inline batch", () => {
  test("of 4 MiB fits into what a function is called with", async () => {
    const { status, body } = await call(toPush(Buffer.alloc(maxInlineBytes, "a")));
    expect(status).toBe(201);
    expect(body.batch.bytes).toBe(maxInlineBytes);
    expect(body.upload).toBeUndefined();
  });

  test("of a byte more is refused", async () => {
    const { status, body } = await call(toPush(Buffer.alloc(maxInlineBytes + 1, "a")));
    expect({ status, code: body.code }).toEqual({ status: 413, code: "REQUEST_TOO_LARGE" });
  });

  test("that is repeated with its key is one batch; another with that key is refused", async () => {
    const request = { ...toPush(Buffer.from("a")), headers: { "idempotency-key": "k" } };
    const other = { ...toPush(Buffer.from("b")), headers: { "idempotency-key": "k" } };
    const [one, again] = [await call(request), await call(request)];
    expect(again.body.batch.id).toEqual(one.body.batch.id);
    expect((await call(other)).body.code).toBe("IDEMPOTENCY_KEY_REUSED");
  });
});

/** Positions that nobody was given, under the binding of a list, which anybody can work out. */
const madeUp: readonly { of: string; path: string; position: string; query: PageQuery }[] = [
  ...["", "x", "2026-05-01T12:00:00.000Z#\ud800", `2026#${"a".repeat(1_100)}`].map((position) => ({
    of: "tokens",
    path: "/v1/tokens",
    position,
    query: ["listTokens", "acme"],
  })),
  ...[
    { pk: "", sk: "", listedAt: "" },
    { pk: "BATCH#\ud800", sk: "STATE", listedAt: "x" },
    { pk: "BATCH#x", sk: "STATE", listedAt: "" },
    { pk: "CERT#x", sk: "STATE", listedAt: "2026-05-01T12:00:00.000Z x" },
  ].map((place) => ({
    of: "batches",
    path: "/v1/batches",
    position: toBase64Url(JSON.stringify({ ...place, listing: "batches#acme" })),
    query: ["listBatches", "acme", undefined],
  })),
];

function toBase64Url(text: string): string {
  return Buffer.from(text).toString("base64url");
}

describe("a cursor", () => {
  test.for(madeUp)("that is made up for $of is refused: $position", async (each) => {
    const own = await world.api.tokenOf("manufacturer", "acme");
    const cursor = sealCursor(each.position, each.query);
    const { body } = await world.api.call(own, { path: `${each.path}?cursor=${cursor}` });
    expect(body).toMatchObject({ status: 400, code: "REQUEST_INVALID" });
  });

  test("that is made up for rows or records is refused", async () => {
    const content = Buffer.from("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    const device = await world.api.device();
    const opened = await call(toPush(Buffer.concat([content, Buffer.from(device.pem)])));
    const { id } = opened.body.batch;
    expect((await call({ path: `/v1/batches/${id}/errors` })).body.rows).toHaveLength(1);
    const lists = [
      [`/v1/batches/${id}/errors`, toBase64Url("1.5"), ["listBatchErrors", undefined, id]],
      [`/v1/audit/batches/${id}`, "x", ["readAudit", `BATCH#${id}`]],
    ] as const;
    for (const [path, position, query] of lists) {
      const { body } = await call({ path: `${path}?cursor=${sealCursor(position, query)}` });
      expect(body).toMatchObject({ status: 400, code: "REQUEST_INVALID" });
    }
  });

  test("goes on where the page ended, in the list that it is of, and in no other", async () => {
    for (const id of ["m-1", "m-2", "m-3"]) await call(adding({ id, name: id }));
    const first = await call({ path: "/v1/manufacturers?limit=2" });
    expect(first.body.manufacturers.map(({ id }: { id: string }) => id)).toEqual(["acme", "m-1"]);
    const { cursor } = first.body;
    const rest = await call({ path: `/v1/manufacturers?limit=2&cursor=${cursor}` });
    expect(rest.body.manufacturers.map(({ id }: { id: string }) => id)).toEqual(["m-2", "m-3"]);
    expect(rest.body.cursor).toBeUndefined();
    const others = [
      call({ path: `/v1/tokens?cursor=${cursor}` }),
      world.api.call(await world.api.tokenOf("manufacturer", "acme"), {
        path: `/v1/manufacturers?cursor=${cursor}`,
      }),
    ];
    for (const { body } of await Promise.all(others)) expect(body.code).toBe("REQUEST_INVALID");
  });
});
