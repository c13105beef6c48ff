import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Role } from "../../src/access/tokens/token.ts";
import type { ApiFailure } from "../../src/api/create-api.ts";
import type { ApiRoute, RouteAnswer } from "../../src/api/route.ts";
import { createClients } from "../../src/aws/create-clients.ts";
import { createHandleBatchMessage } from "../../src/batches/handle-batch-message.ts";
import { createHandleAuthorize } from "../../src/lambda/handle-authorize.ts";
import { startHttpServer } from "../../src/local/http-server.ts";
import type { LoopbackServer } from "../../src/local/listen-on-loopback.ts";
import { createFileObjectStore } from "../../src/local/object-store.ts";
import { wireTokens } from "../../src/wiring/access.ts";
import { wireApi } from "../../src/wiring/api.ts";
import { wireAuthenticateToken } from "../../src/wiring/authorize.ts";
import { wireBatchDeps, wireBatches } from "../../src/wiring/batches.ts";
import { preregisteredElsewhere } from "../../src/wiring/preregistration.ts";
import { enforceRole } from "../support/enforce-role.ts";
import { identity } from "../support/identity.ts";
import { createWorld, type World } from "../support/world.ts";

export interface ApiWorld extends World {
  readonly server: LoopbackServer;
  /** What went wrong inside. */
  readonly failures: ApiFailure[];
  /** Makes a token by a request of the operator's. */
  readonly tokenOf: (role: Role, manufacturer?: string) => Promise<string>;
  readonly operatorToken: string;
  readonly call: (token: string | undefined, request: ApiRequest) => Promise<ApiResponse>;
}

export interface ApiRequest {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it.
  readonly body: any;
}

const publicRoutes = ["GET /v1/health", "GET /v1/openapi.json"];

const context = {
  awsRequestId: "lambda-request",
  getRemainingTimeInMillis: () => 29_000,
};

/** The API over real HTTP, on a real database, the IoT stand-in and the file store. */
export async function createApiWorld(): Promise<ApiWorld> {
  const world = await createWorld();
  const failures: ApiFailure[] = [];
  const clients = toClientsOf("ApiRole", world);
  const ingest = await startIngest(world, clients);
  const handle = wireApi({
    clients,
    ...world.names,
    stage: "test",
    scope: async () => ({ ...identity, partition: "aws" }),
    now: world.now,
    batches: ingest.batches,
    onFailure: (failure) => failures.push(failure),
    onAnswer: checkAnswer,
  });
  const authenticateToken = wireAuthenticateToken({
    dynamodb: toClientsOf("AuthorizeRole", world).dynamodb,
    ledgerTable: world.names.ledgerTable,
    now: world.now,
  });
  const authorize = createHandleAuthorize({ authenticateToken });
  const server = await startHttpServer({
    port: 0,
    ...identity,
    publicRoutes,
    now: world.now,
    authorize: (event) => authorize(event as Parameters<typeof authorize>[0]),
    handle: (event) => handle(event as Parameters<typeof handle>[0], context as never),
  });
  const call = async (token: string | undefined, request: ApiRequest): Promise<ApiResponse> => {
    const { method = "GET", path, body, headers } = request;
    const response = await fetch(new URL(path, server.url), {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    await ingest.drain();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
  };
  const operatorToken = await createFirstToken(world);
  return {
    ...world,
    server,
    failures,
    call,
    operatorToken,
    tokenOf: async (role, manufacturer) => {
      const body = { role, manufacturer, description: "test" };
      const made = await call(operatorToken, { method: "POST", path: "/v1/tokens", body });
      return made.body.text;
    },
    close: async () => {
      await server.close();
      await ingest.close();
      await world.close();
    },
  };
}

/** With the rights that a function has on AWS. */
function toClientsOf(role: string, { target }: World): World["clients"] {
  const clients = createClients(target);
  enforceRole(role, clients);
  return clients;
}

/** Batches as they are, whose queue is worked off between requests. */
async function startIngest(world: World, clients: World["clients"]) {
  const folder = await mkdtemp(join(tmpdir(), "muster-test-"));
  const messages: object[] = [];
  const wiring = {
    clients: world.clients,
    ...world.names,
    now: world.now,
    objects: createFileObjectStore({
      folder,
      baseUrl: "http://127.0.0.1",
      secret: randomUUID().repeat(2),
      now: world.now,
    }),
    queue: {
      send: async (message: object, { delaySeconds = 0 } = {}) => {
        if (delaySeconds === 0) messages.push(message);
      },
    },
  };
  const deciding = {
    heal: async () => undefined,
    settle: async () => [],
    preregistration: preregisteredElsewhere,
    actor: "muster:ingest",
  };
  const work = createHandleBatchMessage(
    wireBatchDeps({ ...wiring, clients: toClientsOf("IngestRole", world) }, deciding),
  );
  return {
    batches: wireBatches({ ...wiring, clients }),
    drain: async () => {
      for (let next = messages.shift(); next; next = messages.shift()) await work(next);
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The first token is made by whoever has rights in the account, as the command line does. */
async function createFirstToken(world: World): Promise<string> {
  const tokens = wireTokens({
    clients: world.clients,
    ...world.names,
    actor: "operator:test",
    now: world.now,
  });
  const { text } = await tokens.create({ role: "operator", description: "first", days: 30 });
  return text;
}

/** Every answer of every test is as the document says, and has nothing more in it. */
function checkAnswer({ id, answers }: ApiRoute, { status, body, headers = {} }: RouteAnswer): void {
  const described = answers[status];
  if (described === undefined) throw new Error(`${id} does not describe ${status}.`);
  const names = Object.keys(headers).toSorted();
  const expected = Object.keys(described.headers ?? {}).toSorted();
  if (!isDeepStrictEqual(names, expected))
    throw new Error(`${id} answers with headers ${names.join(", ")}.`);
  if (described.body === undefined) {
    if (body !== undefined) throw new Error(`${id} does not describe a body.`);
    return;
  }
  const sent: unknown = JSON.parse(JSON.stringify(body));
  const parsed = described.body.parse(sent);
  if (!isDeepStrictEqual(parsed, sent)) {
    throw new Error(`${id} answers with more than it describes: ${JSON.stringify(sent)}`);
  }
}
