import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listen } from "../listen.ts";
import type { StandInIdentity } from "../model.ts";
import type { Registry } from "../registry.ts";
import { createArns } from "./arns.ts";
import { AwsError } from "./aws-error.ts";
import { createCaCertificateRoutes } from "./ca-certificate-routes.ts";
import { createCertificateRoutes } from "./certificate-routes.ts";
import { createEndpointRoutes } from "./endpoint-routes.ts";
import { createEventConfigurationRoutes } from "./event-configuration-routes.ts";
import { createExistingResources } from "./existing-resources.ts";
import { createFindRoute, type FindRoute } from "./find-route.ts";
import type { OperationContext } from "./operation-context.ts";
import { createPolicyRoutes } from "./policy-routes.ts";
import { createPolicyTargetRoutes } from "./policy-target-routes.ts";
import { createPolicyVersionRoutes } from "./policy-version-routes.ts";
import { readBody } from "./read-body.ts";
import { createRegistrationCodeRoutes } from "./registration-code-routes.ts";
import { createThingGroupMemberRoutes } from "./thing-group-member-routes.ts";
import { createThingGroupRoutes } from "./thing-group-routes.ts";
import { createThingPrincipalRoutes } from "./thing-principal-routes.ts";
import { createThingRoutes } from "./thing-routes.ts";
import { createThingTypeRoutes } from "./thing-type-routes.ts";

export interface ControlPlaneDeps {
  readonly registry: Registry;
  readonly identity: StandInIdentity;
  /** 0 for a free one. */
  readonly port: number;
  readonly now: () => Date;
}

export interface ControlPlane {
  readonly url: string;
  close(): Promise<void>;
}

/** Longer than clients keep an idle connection, so that none meets one that is just closing. */
const keepAliveMs = 120_000;

/**
 * Starts the REST-JSON control plane of AWS IoT (service `iot`) on 127.0.0.1.
 *
 * Signatures are accepted unseen: whoever reaches the port may do everything.
 *
 * @throws PORT_IN_USE
 */
export async function startControlPlane(deps: ControlPlaneDeps): Promise<ControlPlane> {
  const findRoute = createFindRoute(createRoutes(deps));
  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    void answer(deps.registry, findRoute, request, response);
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

function createRoutes({ registry: { tables }, identity, now }: ControlPlaneDeps) {
  const context: OperationContext = {
    tables,
    existing: createExistingResources(tables),
    arns: createArns(identity),
    identity,
    now,
  };
  return [
    ...createRegistrationCodeRoutes(context),
    ...createCaCertificateRoutes(context),
    ...createCertificateRoutes(context),
    ...createThingRoutes(context),
    ...createThingPrincipalRoutes(context),
    ...createThingTypeRoutes(context),
    ...createThingGroupRoutes(context),
    ...createThingGroupMemberRoutes(context),
    ...createPolicyRoutes(context),
    ...createPolicyVersionRoutes(context),
    ...createPolicyTargetRoutes(context),
    ...createEndpointRoutes(context),
    ...createEventConfigurationRoutes(context),
  ];
}

async function answer(
  registry: Registry,
  findRoute: FindRoute,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const [pathname = "", search = ""] = (request.url ?? "").split("?", 2);
    const { route, path } = findRoute(request.method ?? "", pathname);
    const body = await readBody(request);
    const { headers } = request;
    const query = new URLSearchParams(search);
    // Nothing waits inside an operation, so each sees and leaves a state of its own.
    const result = registry.transaction(() => route.handle({ path, query, headers, body }));
    send(response, 200, {}, result);
  } catch (error) {
    sendError(response, error);
  }
}

/** The one place where a failure becomes AWS's answer: its name in a header, the rest as JSON. */
function sendError(response: ServerResponse, error: unknown): void {
  const refusal =
    error instanceof AwsError
      ? error
      : new AwsError("InternalFailureException", `The stand-in failed: ${String(error)}`);
  const body = { message: refusal.message, ...refusal.resource };
  send(response, refusal.status, { "x-amzn-errortype": refusal.name }, body);
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
