import type { IncomingHttpHeaders } from "node:http";
import type * as z from "zod";
import { AwsError } from "./aws-error.ts";

/** One request, before the operation's own rules are applied to it. */
interface RawRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An operation, and where it is found. */
export interface Route {
  readonly operation: string;
  readonly method: string;
  /** Such as `/things/{thingName}`. */
  readonly path: string;
  /** Answers with the body, or with none. */
  readonly handle: (request: RawRequest) => object | undefined;
}

interface RouteDefinition<Input extends z.ZodObject> extends Omit<Route, "handle"> {
  readonly input: Input;
  /** Fields that come from the query or from a header; all others not in the path are the body's. */
  readonly from?: Partial<Record<keyof z.input<Input>, "query" | "x-amzn-principal">>;
  readonly handle: (input: z.output<Input>) => object | undefined;
}

/** Builds a route that reads each field from where AWS's service model puts it, and checks it. */
export function createRoute<Input extends z.ZodObject>(definition: RouteDefinition<Input>): Route {
  const { operation, method, path, input } = definition;
  const from: Readonly<Record<string, string | undefined>> = definition.from ?? {};
  const fields = Object.keys(input.shape);

  const readField = (request: RawRequest, field: string): unknown => {
    if (path.includes(`{${field}}`)) return request.path[field];
    const source = from[field];
    if (source === undefined) return request.body[field] ?? undefined;
    if (source === "query") return request.query.get(field) ?? undefined;
    return request.headers[source];
  };

  return {
    operation,
    method,
    path,
    handle: (request) => {
      const raw = Object.fromEntries(fields.map((field) => [field, readField(request, field)]));
      const parsed = input.safeParse(raw, { reportInput: true });
      if (!parsed.success) throw toInvalidRequest(parsed.error);
      return definition.handle(parsed.data);
    },
  };
}

/** Values are not repeated: a body may hold, by mistake, what nobody should see. */
function toInvalidRequest(error: z.ZodError): AwsError {
  const unsupported = error.issues.find((issue) => issue.code === "custom");
  if (unsupported !== undefined)
    return new AwsError("NotImplementedException", unsupported.message);
  const { length } = error.issues;
  const found = error.issues.map(
    (issue) =>
      `Value at '${issue.path.join(".")}' failed to satisfy constraint: ${describeConstraint(issue)}`,
  );
  return new AwsError(
    "InvalidRequestException",
    `${length} validation error${length === 1 ? "" : "s"} detected: ${found.join("; ")}`,
  );
}

function describeConstraint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_small":
      return issue.origin === "string"
        ? `Member must have length greater than or equal to ${issue.minimum}`
        : `Member must have value greater than or equal to ${issue.minimum}`;
    case "too_big":
      return issue.origin === "string"
        ? `Member must have length less than or equal to ${issue.maximum}`
        : `Member must have value less than or equal to ${issue.maximum}`;
    case "invalid_format":
      return `Member must satisfy regular expression pattern: ${issue.pattern ?? issue.format}`;
    case "invalid_key":
      return issue.issues.map(describeConstraint).join(", ");
    case "invalid_value":
      return `Member must satisfy enum value set: [${issue.values.join(", ")}]`;
    case "invalid_type":
      return issue.input === undefined
        ? "Member must not be null"
        : `Member must be a ${issue.expected}`;
    default:
      return issue.message;
  }
}
