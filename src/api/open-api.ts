import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from "zod-openapi";
import type { MusterErrorCode } from "../rules/errors.ts";
import { problemStatuses } from "./problems/problem-table.ts";
import type { AnswerDescription, ApiRoute } from "./route.ts";
import { routeRoles } from "./route-roles.ts";
import { gatewayMessageSchema, problemSchema } from "./schemas/common.ts";

const problem = { "application/problem+json": { schema: problemSchema } };
const gateway = { "application/json": { schema: gatewayMessageSchema } };

/** Describes the API by the schemas that validate its requests. */
export function toOpenApi(routes: readonly ApiRoute[]): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const method = route.method.toLowerCase();
    paths[route.path] = { ...paths[route.path], [method]: toOperation(route) };
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Muster",
      version: "1.0.0",
      description:
        "The roll-call of an IoT fleet: manufacturers say which device certificates they made, and only those get in.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    security: [{ bearer: [] }],
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description:
            "A token of Muster's, or of the OIDC issuer that the deployment is set up for.",
        },
      },
    },
    paths,
  });
}

function toOperation(route: ApiRoute): ZodOpenApiOperationObject {
  const { id, tag, summary, params, query, headers, body, answers } = route;
  const allowed = routeRoles[id];
  const isPublic = allowed === "public";
  const responses = Object.fromEntries([
    ...Object.entries(answers).map(([status, answer]) => [status, toResponse(answer)] as const),
    ...toProblemResponses(route, isPublic),
  ]);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(isPublic
      ? { security: [] }
      : { description: `Roles: ${allowed.map((role) => `\`${role}\``).join(", ")}.` }),
    requestParams: {
      ...(params && { path: params }),
      ...(query && { query }),
      ...(headers && { header: headers }),
    },
    ...(body && {
      requestBody: { required: true, content: { "application/json": { schema: body } } },
    }),
    responses,
  };
}

function toResponse({ description, body, headers }: AnswerDescription): ZodOpenApiResponseObject {
  return {
    description,
    ...(body && { content: { "application/json": { schema: body } } }),
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [
          name,
          { description: text, schema: { type: "string" } },
        ]),
      ),
    }),
  };
}

function toProblemResponses(
  { params, body, problems = [] }: ApiRoute,
  isPublic: boolean,
): readonly (readonly [string, ZodOpenApiResponseObject])[] {
  const codes: readonly MusterErrorCode[] = [
    "REQUEST_INVALID",
    ...(isPublic ? [] : (["CALLER_UNKNOWN", "ROLE_NOT_ALLOWED"] as const)),
    ...(body ? (["MEDIA_TYPE_UNSUPPORTED", "REQUEST_TOO_LARGE"] as const) : []),
    // API Gateway decodes the path first: what stands for a name can make it another path.
    ...(params ? (["ROUTE_UNKNOWN", "METHOD_NOT_ALLOWED"] as const) : []),
    "DEADLINE_EXCEEDED",
    ...problems,
  ];
  const byStatus = Map.groupBy(new Set(codes), (code) => String(problemStatuses[code]));
  const described = [...byStatus].map(([status, each]) => {
    const description = each.map((code) => `\`${code}\``).join(", ");
    const content = byGateway.has(status) ? { ...problem, ...gateway } : problem;
    return [status, { description, content }] as const;
  });
  return [
    ...described,
    ["429", { description: "Too many requests; try again later.", content: gateway }],
    ["500", { description: "Something failed inside.", content: { ...problem, ...gateway } }],
    ...(isPublic
      ? []
      : ([["401", { description: "There is no token.", content: gateway }]] as const)),
  ];
}

/** Statuses that API Gateway also answers with by itself. */
const byGateway: ReadonlySet<string> = new Set(["400", "403", "404", "413", "503"]);
