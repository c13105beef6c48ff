import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";
import { MusterError } from "../rules/errors.ts";
import { type FieldProblem, requestInvalid, toPointer } from "./problems/to-problem.ts";
import type { ApiRoute } from "./route.ts";

type In = NonNullable<FieldProblem["in"]>;

/** Deeper than any body that is described; what comes after may walk it by recursion. */
const maxDepth = 16;
const maxErrors = 50;

/**
 * Reads what a route takes out of an event, through the route's schemas.
 *
 * @throws MusterError REQUEST_INVALID naming every part that is wrong; MEDIA_TYPE_UNSUPPORTED
 */
export function readRequest(route: ApiRoute, event: APIGatewayProxyEventV2) {
  const errors: FieldProblem[] = [];
  // API Gateway has decoded the path: to decode it again would read one name as another.
  const params = readParts(route.params, event.pathParameters, "path", errors);
  const query = readParts(route.query ?? z.object(), event.queryStringParameters, "query", errors);
  const headers = readParts(route.headers, event.headers, "header", errors);
  if (errors.length > 0) throw requestInvalid(errors);
  return { params, query, headers, body: route.body && readBody(route.body, event) };
}

function readParts(
  schema: z.ZodObject | undefined,
  given: Readonly<Record<string, string | undefined>> | undefined,
  where: In,
  errors: FieldProblem[],
): Record<string, unknown> {
  if (schema === undefined) return {};
  // Others add headers and path parameters of their own; a parameter that is misspelt is an error.
  const parsed = (where === "query" ? schema.strict() : schema).safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues.slice(0, maxErrors)) {
    const names = issue.code === "unrecognized_keys" ? issue.keys : [String(issue.path[0] ?? "")];
    for (const parameter of names.slice(0, maxErrors)) {
      const detail =
        issue.code === "unrecognized_keys" ? "There is no such parameter." : issue.message;
      errors.push({ detail, parameter: parameter.slice(0, 100), in: where });
    }
  }
  return {};
}

function readBody(schema: z.ZodType, { headers, body, isBase64Encoded }: APIGatewayProxyEventV2) {
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (!/^application\/(?:[a-z0-9.+-]+\+)?json$/.test(type)) {
    throw new MusterError("MEDIA_TYPE_UNSUPPORTED", "The body has to be application/json.");
  }
  const text = isBase64Encoded ? Buffer.from(body ?? "", "base64").toString("utf8") : (body ?? "");
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw requestInvalid(parsed.error.issues.slice(0, maxErrors).flatMap(toFieldProblems));
}

function toFieldProblems(issue: z.core.$ZodIssue): readonly FieldProblem[] {
  if (issue.code !== "unrecognized_keys") {
    return [{ detail: issue.message, pointer: toPointer(issue.path) }];
  }
  return issue.keys.slice(0, maxErrors).map((key) => ({
    detail: "There is no such member.",
    pointer: toPointer([...issue.path, key.slice(0, 100)]),
  }));
}

function parseJson(text: string): unknown {
  const value = parse(text);
  const detail = findFlaw(value);
  if (detail !== undefined) throw requestInvalid([{ detail, pointer: "#" }]);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw requestInvalid([{ detail: "It is not JSON.", pointer: "#" }]);
  }
}

/**
 * Escapes can write half of a surrogate pair, which no database keeps and no hash is the same of.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7493#section-2.1
 */
function findFlaw(value: unknown): string | undefined {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= maxDepth; depth += 1) {
    if (level.some((each) => typeof each === "string" && !each.isWellFormed())) {
      return "It has half of a surrogate pair in a text.";
    }
    const objects = level.filter((each) => typeof each === "object" && each !== null);
    if (objects.length === 0) return undefined;
    level = objects.flatMap((each) => [...toNames(each), ...Object.values(each)]);
  }
  return `It nests deeper than ${maxDepth}.`;
}

function toNames(value: object): readonly string[] {
  return Array.isArray(value) ? [] : Object.keys(value);
}
