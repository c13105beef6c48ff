import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { createHandleAuthorize } from "../../src/lambda/handle-authorize.ts";
import { writeEndpoints } from "../../src/local/endpoints.ts";
import { startHttpServer } from "../../src/local/http-server.ts";
import type { LoopbackServer } from "../../src/local/listen-on-loopback.ts";
import { createFileObjectStore } from "../../src/local/object-store.ts";
import { wireTokens } from "../../src/wiring/access.ts";
import { wireApi } from "../../src/wiring/api.ts";
import { wireAuthenticateToken } from "../../src/wiring/authorize.ts";
import { wireBatches } from "../../src/wiring/batches.ts";
import { wireIngest } from "../../src/wiring/ingest.ts";
import { identity } from "../support/identity.ts";
import { createWorld, type World } from "../support/world.ts";

const context = { awsRequestId: "lambda-request", getRemainingTimeInMillis: () => 29_000 };

/** The API over real HTTP with its uploads and its ingest, as commands meet it. */
export async function createCliWorld() {
  const world = await createWorld();
  const folder = mkdtempSync(join(tmpdir(), "muster-cli-"));
  // The server has to be there first, as grants name it.
  const late: { handle?: ReturnType<typeof wireApi>; store?: ReturnType<typeof openStore> } = {};
  const asked: string[] = [];
  const server = await startServer(world, late, asked);
  const queue = createQueue();
  late.store = openStore(world, folder, server.url, queue.send);
  const wiring = {
    clients: world.clients,
    ...world.names,
    now: world.now,
    objects: late.store,
    queue,
  };
  queue.work = wireIngest({ ...wiring, onHealed: () => {} }).handleBatchMessage;
  late.handle = wireApi({
    clients: world.clients,
    ...world.names,
    stage: "test",
    scope: async () => ({ ...identity, partition: "aws" }),
    now: world.now,
    batches: wireBatches(wiring),
    onFailure: ({ error }) => {
      throw error;
    },
  });
  const tokens = wireTokens({
    clients: world.clients,
    ...world.names,
    actor: "operator:test",
    now: world.now,
  });
  const state = join(folder, "state");
  writeState(state, world, server);
  return {
    ...world,
    folder,
    /** Of a local cloud, as commands read it. */
    state,
    url: server.url,
    queue,
    /** Requests that came, as method and path. */
    asked,
    tokenOf: async (role: "operator" | "manufacturer" | "auditor", manufacturer?: string) => {
      const who = manufacturer === undefined ? {} : { manufacturer };
      return (await tokens.create({ role, ...who, description: "test", days: 30 })).text;
    },
    close: async () => {
      await queue.idle();
      await server.close();
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type CliWorld = Awaited<ReturnType<typeof createCliWorld>>;

function openStore(
  { now }: World,
  folder: string,
  baseUrl: string,
  onUpload: (notification: object) => Promise<void>,
) {
  const secret = randomBytes(32).toString("hex");
  return createFileObjectStore({ folder: join(folder, "objects"), baseUrl, secret, onUpload, now });
}

function startServer(
  world: World,
  late: { handle?: ReturnType<typeof wireApi>; store?: ReturnType<typeof openStore> },
  asked: string[],
): Promise<LoopbackServer> {
  const authenticateToken = wireAuthenticateToken({
    dynamodb: world.clients.dynamodb,
    ledgerTable: world.names.ledgerTable,
    now: world.now,
  });
  const authorize = createHandleAuthorize({ authenticateToken });
  return startHttpServer({
    port: 0,
    ...identity,
    publicRoutes: ["GET /v1/health", "GET /v1/openapi.json"],
    mounts: [async (request, response) => late.store?.handle(request, response) ?? false],
    now: world.now,
    authorize: (event) => authorize(event as Parameters<typeof authorize>[0]),
    handle: async (event) => {
      const { requestContext, rawPath } = event as APIGatewayProxyEventV2;
      asked.push(`${requestContext.http.method} ${rawPath}`);
      return late.handle?.(event as never, context as never);
    },
  });
}

/** Works by itself, one message after another, unless it is held. */
function createQueue() {
  const waiting: object[] = [];
  let busy: Promise<void> | undefined;
  const queue = {
    work: undefined as ((message: unknown) => Promise<void>) | undefined,
    held: false,
    send: async (message: object, { delaySeconds = 0 } = {}) => {
      if (delaySeconds > 0) return;
      waiting.push(message);
      queue.go();
    },
    go: () => {
      if (queue.held) return;
      busy ??= drain().finally(() => {
        busy = undefined;
      });
    },
    idle: async () => {
      while (busy) await busy;
    },
  };
  const drain = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await queue.work?.(next);
  };
  return queue;
}

function writeState(state: string, { target, names }: World, { url }: LoopbackServer): void {
  mkdirSync(state);
  writeEndpoints(state, {
    version: 1,
    pid: process.pid,
    startedAt: new Date(0).toISOString(),
    accountId: identity.accountId,
    region: target.region,
    ...names,
    iot: target.iotEndpoint,
    dynamodb: target.dynamodbEndpoint,
    api: url,
    inspect: url,
    mqtt: { host: "127.0.0.1", port: 1, serverName: "localhost" },
    serverCa: "none.pem",
  });
}
