import httpRouterHandler from "@middy/http-router";
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from "aws-lambda";
import { correlate } from "../lambda/correlation.ts";
import { toSignal } from "../lambda/to-signal.ts";
import { MusterError, type MusterErrorCode } from "../rules/errors.ts";
import { type Caller, type ClaimNames, readCaller } from "./caller.ts";
import { type Problem, toProblem } from "./problems/to-problem.ts";
import { readRequest } from "./read-request.ts";
import type { ApiRoute, RouteAnswer } from "./route.ts";
import { routeRoles } from "./route-roles.ts";
import { createRoutes } from "./routes.ts";
import type { ApiServices } from "./use-cases.ts";

export interface ApiDeps {
  readonly services: ApiServices;
  readonly claimNames: ClaimNames;
  /** What went wrong inside, which the caller is not told of. */
  readonly onFailure: (failure: ApiFailure) => void;
  /** Is told of each request that was refused, or failed. */
  readonly onProblem?: (problem: ApiProblem) => void;
  /** For tests: is shown every answer, before it is sent. */
  readonly onAnswer?: (route: ApiRoute, answer: RouteAnswer) => void;
}

export interface ApiFailure {
  readonly requestId: string;
  readonly operation: string;
  readonly error: unknown;
}

export interface ApiProblem {
  readonly requestId: string;
  readonly operation: string;
  readonly status: number;
  /** Of a failure inside there is none. */
  readonly code?: MusterErrorCode;
}

type ApiResponse = APIGatewayProxyStructuredResultV2;

export type HandleApi = (event: APIGatewayProxyEventV2, context: Context) => Promise<ApiResponse>;

/**
 * Builds the handler of the HTTP API, for events of API Gateway's payload format 2.0.
 *
 * Whatever happens ends in an answer: this is the one place where errors become problem documents.
 */
export function createApi(deps: ApiDeps): HandleApi {
  const routes = createRoutes(deps.services);
  // Its type says that it takes middy's options, and it passes on what it gets.
  const router = httpRouterHandler<APIGatewayProxyEventV2, ApiResponse>({
    routes: routes.map((route) => ({
      method: route.method,
      path: route.path,
      handler: (event: APIGatewayProxyEventV2, context: Context) =>
        carryOut(deps, route, event, context),
    })),
    notFoundResponse: () => undefined,
  }) as unknown as (...given: Parameters<HandleApi>) => Promise<ApiResponse | undefined>;
  return (event, context) => {
    const requestId = toRequestId(event, context);
    return correlate(requestId, async () => {
      try {
        const answer = await router(event, context);
        return answer ?? toUnknown(deps, routes, event, requestId);
      } catch (error) {
        return toFailed(deps, error, { requestId, operation: "router" });
      }
    });
  };
}

async function carryOut(
  deps: ApiDeps,
  route: ApiRoute,
  event: APIGatewayProxyEventV2,
  context: Context,
): Promise<ApiResponse> {
  const requestId = toRequestId(event, context);
  const signal = toSignal(context);
  try {
    // Public routes have no caller, and none of them asks for one.
    const caller = readAllowed(deps, route, event) as Caller;
    const request = readRequest(route, event);
    const answer = await route.handle({ ...request, caller, signal });
    deps.onAnswer?.(route, answer);
    return toResponse(answer, requestId);
  } catch (error) {
    const failure = signal.aborted ? toTimedOut(error) : error;
    return toFailed(deps, failure, { requestId, operation: route.id });
  }
}

/** @throws MusterError CALLER_UNKNOWN, ROLE_NOT_ALLOWED */
function readAllowed(
  { claimNames }: ApiDeps,
  { id }: ApiRoute,
  event: APIGatewayProxyEventV2,
): Caller | undefined {
  const allowed = routeRoles[id];
  if (allowed === "public") return undefined;
  const { authorizer } = event.requestContext as { readonly authorizer?: unknown };
  const caller = readCaller(authorizer, claimNames);
  if (caller === undefined) {
    throw new MusterError("CALLER_UNKNOWN", "The sign-in says no role, or not whose.");
  }
  if (allowed.some((role) => role === caller.role)) return caller;
  throw new MusterError("ROLE_NOT_ALLOWED", `The role ${caller.role} may not do this.`);
}

function toTimedOut(cause: unknown): MusterError {
  const message =
    "The time allowed ran out. What was begun may have been done; look before asking again.";
  return new MusterError("DEADLINE_EXCEEDED", message, { cause });
}

function toFailed(
  { onFailure, onProblem }: ApiDeps,
  error: unknown,
  { requestId, operation }: Omit<ApiFailure, "error">,
): ApiResponse {
  const problem = toProblem(error, requestId);
  if (problem.status >= 500) onFailure({ requestId, operation, error });
  onProblem?.(toTold(problem, operation));
  const headers = problem.status === 503 ? { "retry-after": "5" } : {};
  return toResponse({ status: problem.status, body: problem, headers }, requestId);
}

/** No route: of the path, or of the path by this method. */
function toUnknown(
  { onProblem }: ApiDeps,
  routes: readonly ApiRoute[],
  event: APIGatewayProxyEventV2,
  requestId: string,
): ApiResponse {
  const { path } = event.requestContext.http;
  const methods = routes.filter((route) => isOf(route.path, path)).map(({ method }) => method);
  const error =
    methods.length === 0
      ? new MusterError("ROUTE_UNKNOWN", "There is no such path.")
      : new MusterError("METHOD_NOT_ALLOWED", `This path takes: ${methods.join(", ")}.`);
  const body = toProblem(error, requestId);
  onProblem?.(toTold(body, "router"));
  const headers = methods.length === 0 ? {} : { allow: methods.join(", ") };
  return toResponse({ status: body.status, body, headers }, requestId);
}

function toTold({ requestId, status, code }: Problem, operation: string): ApiProblem {
  return { requestId, operation, status, ...(code !== undefined && { code }) };
}

function isOf(template: string, path: string): boolean {
  const expected = template.split("/");
  const given = path.replace(/\/$/, "").split("/");
  return (
    expected.length === given.length &&
    expected.every((part, index) =>
      part.startsWith("{") ? given[index] !== "" : part === given[index],
    )
  );
}

function toResponse({ status, body, headers }: RouteAnswer, requestId: string): ApiResponse {
  const type = status >= 400 ? "application/problem+json" : "application/json";
  return {
    statusCode: status,
    headers: {
      ...(body !== undefined && { "content-type": type }),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-request-id": requestId,
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}

/** API Gateway's, which the caller can find in its own logs too; else Lambda's. */
function toRequestId(
  { requestContext }: APIGatewayProxyEventV2,
  { awsRequestId }: Context,
): string {
  return requestContext.requestId || awsRequestId;
}
