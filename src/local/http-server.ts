import { randomUUID } from "node:crypto";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { answerAsGateway, answerWithResult } from "./http-answer.ts";
import { type HttpEvent, toHttpEvent } from "./http-event.ts";
import { type LoopbackServer, listenOnLoopback } from "./listen-on-loopback.ts";

export interface HttpServerOptions {
  /** Of 127.0.0.1; 0 for a free one. */
  readonly port: number;
  readonly accountId: string;
  readonly region: string;
  /** Calls the Lambda authorizer: simple responses, payload format 2.0, nothing cached. */
  readonly authorize: (event: unknown) => Promise<unknown>;
  /** Calls the function behind the routes. */
  readonly handle: (event: unknown) => Promise<unknown>;
  /** Settles when functions can be called; waiting for it is no part of their time. */
  readonly ready?: () => Promise<void>;
  /** `METHOD /path` of routes without authorizer. */
  readonly publicRoutes: readonly string[];
  /** Asked first, in turn: each tells whether it has answered. */
  readonly mounts?: readonly Mount[];
  readonly now: () => Date;
  /** API Gateway's own, unless given. */
  readonly limits?: Partial<HttpLimits>;
}

/** Serves some paths beside the API, such as uploads: whoever answers says true. */
type Mount = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
interface HttpLimits {
  readonly requestBytes: number;
  readonly headerBytes: number;
  /** Lambda's, of a whole event. */
  readonly eventBytes: number;
  readonly handleMs: number;
  readonly authorizeMs: number;
}

const gatewayLimits: HttpLimits = {
  requestBytes: 10 * 1024 * 1024,
  headerBytes: 10_240,
  eventBytes: 6 * 1024 * 1024,
  handleMs: 30_000,
  authorizeMs: 10_000,
};

/** Stands in for an HTTP API of API Gateway in front of the same handlers, on loopback only. */
export async function startHttpServer(options: HttpServerOptions): Promise<LoopbackServer> {
  const limits = { ...gatewayLimits, ...options.limits };
  const server = createServer({ maxHeaderSize: limits.headerBytes }, (request, response) => {
    serve({ ...options, limits }, request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else answerAsGateway(response, 500);
    });
  });
  return listenOnLoopback(server, options.port);
}

/** A page elsewhere can make a browser dial this machine under a name of its own, but not under these. */
const ownNames: ReadonlySet<string> = new Set(["127.0.0.1", "localhost"]);

/** Keeps pages of the web out: a browser sends here for any of them, and says for which. */
function isOwnCaller({ host = "", origin }: IncomingHttpHeaders): boolean {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return ownNames.has(name) && (origin === undefined || origin === `http://${host}`);
}

type Served = HttpServerOptions & { readonly limits: HttpLimits };

async function serve(
  options: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isOwnCaller(request.headers)) return answerAsGateway(response, 403);
  for (const mount of options.mounts ?? []) {
    if (await mount(request, response)) return undefined;
  }
  const body = await readBody(request, options.limits.requestBytes);
  if (body === undefined) return refuseRest(request, response);
  const event = toHttpEvent(request, body, {
    requestId: randomUUID(),
    accountId: options.accountId,
    now: options.now(),
    ownRoutes: new Set(options.publicRoutes),
  });
  if (typeof event === "number") return answerAsGateway(response, event);
  await options.ready?.();
  const allowed = await authorize(options, event);
  if (typeof allowed === "number") return answerAsGateway(response, allowed);
  if (JSON.stringify(allowed).length > options.limits.eventBytes) {
    return answerAsGateway(response, 413);
  }
  return answer(options, allowed, response);
}

/** @returns the event with what the authorizer says of the caller, or the status of its refusal. */
async function authorize(options: Served, event: HttpEvent): Promise<HttpEvent | 401 | 403 | 500> {
  if (options.publicRoutes.includes(event.routeKey)) return event;
  const { authorization } = event.headers;
  if (!authorization) return 401;
  const { body: _, isBase64Encoded: __, ...asked } = event;
  const question = {
    ...asked,
    type: "REQUEST",
    routeArn: toRouteArn(options, event),
    identitySource: [authorization],
  };
  const found = await within(options.limits.authorizeMs, () => options.authorize(question));
  if ("failed" in found) return found.failed === "Unauthorized" ? 401 : 500;
  const { isAuthorized, context = {} } = (found.value ?? {}) as {
    readonly isAuthorized?: unknown;
    readonly context?: unknown;
  };
  if (isAuthorized !== true) return isAuthorized === false ? 403 : 500;
  return { ...event, requestContext: { ...event.requestContext, authorizer: { lambda: context } } };
}

async function answer(options: Served, event: HttpEvent, response: ServerResponse): Promise<void> {
  const found = await within(options.limits.handleMs, () => options.handle(event));
  if ("value" in found) return answerWithResult(response, found.value);
  return answerAsGateway(response, found.failed === undefined ? 503 : 500);
}

type Outcome = { readonly value: unknown } | { readonly failed: string | undefined };

/** @returns what a call gave or failed with; `failed: undefined` when it took too long. */
async function within(ms: number, call: () => Promise<unknown>): Promise<Outcome> {
  const timeout = Promise.withResolvers<Outcome>();
  const timer = setTimeout(() => timeout.resolve({ failed: undefined }), ms);
  const outcome = call().then(
    (value) => ({ value }),
    (error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) }),
  );
  try {
    return await Promise.race([outcome, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** @returns undefined when there is more than the limit; the rest is not read. */
async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? "0") > limit) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Not by iterating: ending that early would close the connection before the answer.
  return new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit) chunks.push(chunk);
      else {
        request.pause();
        resolve(undefined);
      }
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
    request.on("close", () => reject(new Error("The client went away.")));
  });
}

function refuseRest(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("connection", "close");
  response.once("finish", () => request.destroy());
  answerAsGateway(response, 413);
}

function toRouteArn({ region, accountId }: Served, { requestContext }: HttpEvent): string {
  const { apiId, stage, http } = requestContext;
  return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}/${http.method}${http.path}`;
}
