import { hash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RouteId, routeRoles } from "../../src/api/route-roles.ts";
import { createRoutes } from "../../src/api/routes.ts";
import { createCa, type Leaf } from "../../src/local/sample-pki.ts";
import { type ApiRequest, type ApiWorld, createApiWorld } from "./support.ts";

type CallerName = "operator" | "auditor" | "own" | "foreign";

interface Row {
  /** Makes what is asked for, and the request; called once for each caller. */
  readonly request: (things: Things) => ApiRequest | Promise<ApiRequest>;
  /** The same request of something that does not exist. */
  readonly absent?: (things: Things) => ApiRequest;
  readonly expected: Readonly<Record<CallerName, number>>;
}

interface Things {
  readonly api: ApiWorld;
  readonly tokens: Readonly<Record<CallerName, string>>;
  /** Of acme's, connected and let in. */
  readonly device: Leaf;
  readonly batch: string;
}

const operatorOnly = (status: number) => ({
  operator: status,
  auditor: 403,
  own: 403,
  foreign: 403,
});
const readersOnly = { operator: 200, auditor: 200, own: 403, foreign: 403 };
const ownOnly = { operator: 200, auditor: 200, own: 200, foreign: 404 };
const everybody = { operator: 200, auditor: 200, own: 200, foreign: 200 };

const nowhere = "00".repeat(32);
const noBatch = "019a0000-0000-7000-8000-000000000000";
const noToken = "00".repeat(16);
const reason = { reason: "test" };

/** Every operation; what is left out does not compile. */
const rows: Readonly<Record<RouteId, Row>> = {
  readHealth: { request: () => ({ path: "/v1/health" }), expected: everybody },
  readOpenApi: { request: () => ({ path: "/v1/openapi.json" }), expected: everybody },

  openBatch: {
    request: ({ device }) => toOpening("acme", device),
    absent: ({ device }) => toOpening("nobody", device),
    expected: { operator: 201, auditor: 403, own: 201, foreign: 404 },
  },
  listBatches: { request: () => ({ path: "/v1/batches" }), expected: everybody },
  ...ofBatch({
    readBatch: ["GET", "", ownOnly],
    listBatchErrors: ["GET", "/errors", ownOnly],
    createBatchReport: ["GET", "/report", ownOnly],
    readBatchYield: ["GET", "/yield", ownOnly],
    recallBatch: ["POST", "/recall", { operator: 200, auditor: 403, own: 200, foreign: 404 }],
    // It waits for no approval.
    approveBatch: ["POST", "/approve", operatorOnly(409)],
    releaseBatch: ["POST", "/release", operatorOnly(200)],
  }),

  listCertificates: { request: () => ({ path: "/v1/certificates" }), expected: readersOnly },
  ...ofCertificate({
    readCertificate: ["GET", "", ownOnly],
    explainCertificate: ["GET", "/explanation", ownOnly],
    holdCertificate: ["POST", "/hold", operatorOnly(200)],
    revokeCertificate: ["POST", "/revoke", operatorOnly(200)],
    releaseCertificate: ["POST", "/release", operatorOnly(200)],
  }),
  releaseCertificateClaim: {
    request: async ({ api }) => {
      const claimed = await api.device();
      await api.land(claimed);
      const path = `/v1/certificates/${claimed.certificateId}/release-claim`;
      return { method: "POST", path, body: reason };
    },
    expected: operatorOnly(200),
  },
  readDevice: {
    request: ({ device }) => ({ path: `/v1/devices/${toName(device)}` }),
    absent: () => ({ path: "/v1/devices/nobody" }),
    expected: ownOnly,
  },

  listManufacturers: { request: () => ({ path: "/v1/manufacturers" }), expected: everybody },
  addManufacturer: {
    request: () => ({
      method: "POST",
      path: "/v1/manufacturers",
      body: { id: `m-${randomUUID()}`, name: "New" },
    }),
    expected: operatorOnly(201),
  },
  readManufacturer: {
    request: () => ({ path: "/v1/manufacturers/acme" }),
    absent: () => ({ path: "/v1/manufacturers/nobody" }),
    expected: ownOnly,
  },
  changeManufacturer: {
    request: () => ({
      method: "PATCH",
      path: "/v1/manufacturers/acme",
      headers: { "if-match": "*" },
      body: { status: "active" },
    }),
    expected: operatorOnly(200),
  },
  addManufacturerIssuer: {
    request: async () => ({
      method: "POST",
      path: "/v1/manufacturers/acme/issuers",
      body: { certificate: (await createCa({ name: randomUUID() })).pem },
    }),
    expected: operatorOnly(200),
  },
  removeManufacturerIssuer: {
    request: async (things) => ({ method: "DELETE", path: await toNewIssuer(things) }),
    expected: operatorOnly(204),
  },
  shareManufacturerIssuer: {
    request: async (things) => ({ method: "POST", path: `${await toNewIssuer(things)}/share` }),
    expected: operatorOnly(200),
  },
  unshareManufacturerIssuer: {
    request: async (things) => ({ method: "POST", path: `${await toNewIssuer(things)}/unshare` }),
    expected: operatorOnly(200),
  },
  listSigners: {
    request: () => ({ path: "/v1/manufacturers/acme/signers" }),
    absent: () => ({ path: "/v1/manufacturers/nobody/signers" }),
    expected: ownOnly,
  },
  addSigner: { request: toAddedSigner, expected: operatorOnly(200) },
  removeSigner: {
    request: async (things) => {
      const { api, tokens } = things;
      const { body } = await api.call(tokens.operator, await toAddedSigner());
      const path = `/v1/manufacturers/acme/signers/${body.certificateId}`;
      return { method: "DELETE", path };
    },
    expected: operatorOnly(204),
  },

  listMappings: {
    request: async (things) => {
      await toNewMapping(things);
      return { path: "/v1/manufacturers/acme/mappings" };
    },
    absent: () => ({ path: "/v1/manufacturers/nobody/mappings" }),
    expected: ownOnly,
  },
  readMapping: {
    request: async (things) => ({ path: await toNewMapping(things) }),
    absent: () => ({ path: "/v1/manufacturers/nobody/mappings/factory" }),
    expected: ownOnly,
  },
  saveMapping: {
    request: () => toSaving("acme", randomUUID()),
    absent: () => toSaving("nobody", randomUUID()),
    expected: { operator: 200, auditor: 403, own: 200, foreign: 404 },
  },
  removeMapping: {
    request: async (things) => toRemoving(await toNewMapping(things)),
    absent: () => toRemoving("/v1/manufacturers/nobody/mappings/factory"),
    expected: { operator: 204, auditor: 403, own: 204, foreign: 404 },
  },

  listIssuers: { request: () => ({ path: "/v1/issuers" }), expected: everybody },
  registerIssuer: {
    request: async () => ({
      method: "POST",
      path: "/v1/issuers",
      body: {
        certificate: (await createCa({ name: randomUUID() })).pem,
        manufacturer: "acme",
        mode: "SNI_ONLY",
      },
    }),
    expected: operatorOnly(200),
  },
  readRegistrationCode: {
    request: () => ({ path: "/v1/issuers/registration-code" }),
    expected: operatorOnly(200),
  },

  listProfiles: { request: () => ({ path: "/v1/profiles" }), expected: readersOnly },
  readProfile: { request: () => ({ path: "/v1/profiles/sensor" }), expected: readersOnly },
  applyProfile: {
    request: () => ({
      method: "PUT",
      path: "/v1/profiles/other",
      headers: { "if-none-match": "*" },
      body: { name: "other", thing: { name: "${cn}" }, policy: { publish: ["dt/${thingName}"] } },
    }),
    expected: operatorOnly(200),
  },

  readAudit: {
    request: () => ({ path: "/v1/audit/manufacturers/acme" }),
    expected: readersOnly,
  },
  verifyAudit: {
    request: () => ({ path: "/v1/audit/manufacturers/acme/verification" }),
    expected: readersOnly,
  },

  createToken: {
    request: () => ({
      method: "POST",
      path: "/v1/tokens",
      body: { role: "manufacturer", manufacturer: "acme", description: "x" },
    }),
    expected: operatorOnly(201),
  },
  listTokens: { request: () => ({ path: "/v1/tokens" }), expected: everybody },
  readToken: {
    request: async (things) => ({ path: `/v1/tokens/${await toNewToken(things)}` }),
    absent: () => ({ path: `/v1/tokens/${noToken}` }),
    expected: ownOnly,
  },
  revokeToken: {
    request: async (things) => ({
      method: "POST",
      path: `/v1/tokens/${await toNewToken(things)}/revoke`,
    }),
    absent: () => ({ method: "POST", path: `/v1/tokens/${noToken}/revoke` }),
    expected: { operator: 200, auditor: 403, own: 200, foreign: 404 },
  },
};

type Shared<Id extends RouteId> = Readonly<
  Record<Id, readonly ["GET" | "POST", string, Row["expected"]]>
>;

function ofBatch<Id extends RouteId>(shared: Shared<Id>): Record<Id, Row> {
  return mapRows(shared, ({ batch }) => `/v1/batches/${batch}`, `/v1/batches/${noBatch}`);
}

function ofCertificate<Id extends RouteId>(shared: Shared<Id>): Record<Id, Row> {
  const toPath = ({ device }: Things) => `/v1/certificates/${device.certificateId}`;
  return mapRows(shared, toPath, `/v1/certificates/${nowhere}`);
}

function mapRows<Id extends RouteId>(
  shared: Shared<Id>,
  toPath: (things: Things) => string,
  absentPath: string,
): Record<Id, Row> {
  const toRow = ([method, rest, expected]: Shared<Id>[Id]): Row => {
    const request = (path: string) => ({
      method,
      path: `${path}${rest}`,
      ...(method === "POST" && { body: rest.endsWith("approve") ? { quantity: 1 } : reason }),
    });
    return {
      request: (things) => request(toPath(things)),
      absent: () => request(absentPath),
      expected,
    };
  };
  const entries = Object.entries<Shared<Id>[Id]>(shared);
  return Object.fromEntries(entries.map(([id, each]) => [id, toRow(each)])) as Record<Id, Row>;
}

function toOpening(manufacturer: string, { pem }: Leaf): ApiRequest {
  const content = Buffer.from(pem);
  return {
    method: "POST",
    path: "/v1/batches",
    body: {
      manufacturer,
      profile: "sensor",
      fileName: "devices.pem",
      bytes: content.length,
      sha256: hash("sha256", content),
      content: content.toString("base64"),
    },
  };
}

const toName = ({ subject }: Leaf) => subject.replace(/^CN=/, "");

async function toAddedSigner(): Promise<ApiRequest> {
  const { pem } = await createCa({ name: `Signer ${randomUUID()}` });
  return { method: "POST", path: "/v1/manufacturers/acme/signers", body: { certificate: pem } };
}

function toSaving(manufacturer: string, name: string): ApiRequest {
  return {
    method: "PUT",
    path: `/v1/manufacturers/${manufacturer}/mappings/${name}`,
    headers: { "if-none-match": "*" },
    body: { cert: "Zertifikat" },
  };
}

const toRemoving = (path: string): ApiRequest => ({
  method: "DELETE",
  path,
  headers: { "if-match": "*" },
});

async function toNewMapping({ api, tokens }: Things): Promise<string> {
  const saving = { ...toSaving("acme", "factory"), headers: { "if-match": "*" } };
  const { status } = await api.call(tokens.operator, saving);
  if (status === 412) await api.call(tokens.operator, toSaving("acme", "factory"));
  return saving.path;
}

async function toNewIssuer({ api, tokens }: Things): Promise<string> {
  const { certificateId, pem } = await createCa({ name: randomUUID() });
  const path = "/v1/manufacturers/acme/issuers";
  await api.call(tokens.operator, { method: "POST", path, body: { certificate: pem } });
  return `${path}/${certificateId}`;
}

async function toNewToken({ api, tokens }: Things): Promise<string> {
  const body = { role: "manufacturer", manufacturer: "acme", description: "x" };
  const made = await api.call(tokens.operator, { method: "POST", path: "/v1/tokens", body });
  return made.body.token.id;
}

let things: Things;
beforeAll(async () => {
  const api = await createApiWorld();
  await api.operator.manufacturers.add("rival", "Rival");
  const tokens = {
    operator: api.operatorToken,
    auditor: await api.tokenOf("auditor"),
    own: await api.tokenOf("manufacturer", "acme"),
    foreign: await api.tokenOf("manufacturer", "rival"),
  };
  const device = await api.device();
  await api.land(device);
  const { onboardDevice } = api.onboarding();
  await onboardDevice(api.connect(device), AbortSignal.timeout(10_000));
  const opened = await api.call(tokens.own, toOpening("acme", await api.device()));
  things = { api, tokens, device, batch: opened.body.batch.id };
});
afterAll(() => things.api.close());

const ids = Object.keys(rows) as RouteId[];
const callers: readonly CallerName[] = ["foreign", "auditor", "own", "operator"];
const cases = ids.flatMap((id) => callers.map((caller) => [id, caller] as const));

describe("what each caller may do", () => {
  test("is said of every operation there is", () => {
    const none = undefined as never;
    const routes = createRoutes({ batches: none, as: none }).map(({ id }) => id);
    expect(ids.toSorted()).toEqual(routes.toSorted());
    expect(Object.keys(routeRoles).toSorted()).toEqual(ids.toSorted());
  });

  test.for(cases)("%s as %s", async ([id, caller]) => {
    const request = await rows[id].request(things);
    const { status, body } = await things.api.call(things.tokens[caller], request);
    expect({ status, code: body?.code }).toEqual({
      status: rows[id].expected[caller],
      code: status >= 400 ? expect.any(String) : undefined,
    });
    expect(things.api.failures).toEqual([]);
  });
});

describe("a manufacturer is told of another's thing", () => {
  const hidden = ids.filter((id) => rows[id].expected.foreign === 404);

  test.for(hidden)("what it is told of none: %s", async (id) => {
    const { api, tokens } = things;
    const there = await rows[id].request(things);
    const absent = rows[id].absent?.(things);
    if (absent === undefined) throw new Error("The row does not say what does not exist.");
    const [one, other] = [
      await api.call(tokens.foreign, there),
      await api.call(tokens.foreign, absent),
    ];
    expect(toAnonymous(one.body, there)).toEqual(toAnonymous(other.body, absent));
    expect(one.status).toBe(404);
    expect([...one.headers.keys()]).toEqual([...other.headers.keys()]);
  });

  const lists = ids.filter((id) => id.startsWith("list") && rows[id].expected.foreign === 200);
  test.for(lists)("nothing in a list: %s", async (id) => {
    const { api, tokens } = things;
    const { body } = await api.call(tokens.foreign, await rows[id].request(things));
    expect(JSON.stringify(body)).not.toMatch(/acme/i);
    const own = await api.call(tokens.own, await rows[id].request(things));
    expect(JSON.stringify(own.body)).toMatch(/acme/);
    expect(JSON.stringify(own.body)).not.toMatch(/rival/i);
  });
});

describe("without rights", () => {
  const closed = ids.filter((id) => routeRoles[id] !== "public");
  test.for(closed)("there is no answer but 401 and 403: %s", async (id) => {
    const { api } = things;
    const request = await rows[id].request(things);
    const madeUp = `${api.operatorToken.slice(0, -7)}0000000`;
    expect((await api.call(undefined, request)).status).toBe(401);
    expect((await api.call(madeUp, request)).status).toBe(403);
    expect((await api.call("Zm9v", request)).status).toBe(403);
  });
});

/** Without the names that the request itself has in it. */
function toAnonymous(body: object, { path, body: asked }: ApiRequest): unknown {
  const names = [...path.split("/").slice(3), (asked as { manufacturer?: string })?.manufacturer];
  const { requestId: _, ...rest } = body as { readonly requestId: string };
  return JSON.parse(
    names.reduce<string>(
      (text, name) => (name ? text.replaceAll(name, "…") : text),
      JSON.stringify(rest),
    ),
  );
}
