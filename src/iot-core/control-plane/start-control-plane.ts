import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listen } from "../listen.ts";
import type { Quotas } from "../quotas/quotas.ts";
import { AwsError, statusOf } from "./aws-error.ts";
import { checkCaller } from "./check-caller.ts";
import { createRoutes, type RoutesDeps } from "./create-routes.ts";
import { createFindRoute, type FindRoute } from "./find-route.ts";
import { readBody } from "./read-body.ts";
import type { Route } from "./route.ts";
import type { Service } from "./service.ts";
import { takeQuota } from "./take-quota.ts";

export interface ControlPlaneDeps extends RoutesDeps {
  /** 0 for a free one. */
  readonly port: number;
  /** Without them there are no limits. */
  readonly quotas?: Quotas;
}

export interface ControlPlane {
  readonly url: string;
  close(): Promise<void>;
}

/** Longer than clients keep an idle connection, so that none meets one that is just closing. */
const keepAliveMs = 120_000;

/**
 * Starts the REST-JSON control plane of AWS IoT (service `iot`) on 127.0.0.1, and on the same port
 * its data plane (service `iot-data`).
 *
 * Signatures are accepted unseen: whoever reaches the port may do everything, save pages of the web
 * in a browser on this machine.
 *
 * @throws PORT_IN_USE
 */
export async function startControlPlane(deps: ControlPlaneDeps): Promise<ControlPlane> {
  const answer = createAnswer(deps, createFindRoute(createRoutes(deps)));
  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    void answer(request, response);
  });
  const port = await listen(server, { port: deps.port });
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function createAnswer({ registry, quotas }: ControlPlaneDeps, findRoute: FindRoute): Answer {
  const run = async (route: Route, request: Parameters<Route["handle"]>[0]) =>
    // Nothing waits inside a transaction, so each sees and leaves a state of its own.
    route.isTransaction ? registry.transaction(() => route.handle(request)) : route.handle(request);

  return async (request, response) => {
    let service: Service = "iot";
    try {
      checkCaller(request.headers);
      const [pathname = "", ...search] = (request.url ?? "").split("?");
      const { item: route, path } = findRoute(request.method ?? "", pathname);
      service = route.service;
      const body = await readBody(request);
      takeQuota(quotas, route.operation, path["clientId"]);
      const query = new URLSearchParams(search.join("?"));
      send(response, 200, {}, await run(route, { path, query, headers: request.headers, body }));
    } catch (error) {
      sendError(response, service, error);
    }
  };
}

/** The one place where a failure becomes AWS's answer: its name in a header, the rest as JSON. */
function sendError(response: ServerResponse, service: Service, error: unknown): void {
  const refusal =
    error instanceof AwsError
      ? error
      : new AwsError("InternalFailureException", `The stand-in failed: ${String(error)}`);
  const body = { message: refusal.message, ...refusal.resource };
  const status = statusOf(refusal.name, service);
  send(response, status, { "x-amzn-errortype": refusal.name }, body);
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: object | undefined,
): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "x-amzn-requestid": randomUUID(),
  });
  response.end(text);
}
