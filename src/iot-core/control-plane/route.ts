import type { IncomingHttpHeaders } from "node:http";
import type * as z from "zod";
import { AwsError } from "./aws-error.ts";
import { openPageToken, sealPageToken } from "./page-token.ts";
import { parseBody } from "./read-body.ts";
import type { Service } from "./service.ts";

/** One request, before the operation's own rules are applied to it. */
interface RawRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Members of the answer; none for an empty body. */
type Answer = object | undefined;

/** An operation, and where it is found. */
export interface Route {
  readonly service: Service;
  readonly operation: string;
  readonly method: string;
  /** Such as `/things/{thingName}`. */
  readonly path: string;
  /** Every member of the input that it reads, or refuses. */
  readonly members: readonly string[];
  /** How it differs from AWS's, in a line for the reference. */
  readonly note?: string;
  /** Whether it is to run in a transaction of the registry; otherwise it begins its own. */
  readonly isTransaction: boolean;
  readonly handle: (request: RawRequest) => Answer | Promise<Answer>;
}

/** From the query, from a header of that name, or the bytes of the body. */
type Source = "query" | "payload" | `x-amz-${string}` | `x-amzn-${string}`;

type RouteDefinition<Input extends z.ZodObject> = Pick<
  Route,
  "operation" | "method" | "path" | "note"
> & {
  readonly input: Input;
  /** Where fields come from that are neither in the path nor members of the body. */
  readonly from?: Partial<Record<keyof z.input<Input>, Source>>;
} & (
    | { readonly handle: (input: z.output<Input>) => Answer }
    | { readonly handleOutside: (input: z.output<Input>) => Answer | Promise<Answer> }
  );

/**
 * Builds a route that reads each field from where AWS's service model puts it, and checks it.
 *
 * With `handle` the operation is one transaction; with `handleOutside` it may wait, and begins
 * transactions itself.
 */
export function createRoute<Input extends z.ZodObject>(
  definition: RouteDefinition<Input>,
  service: Service = "iot",
): Route {
  const { operation, method, path, note, input } = definition;
  const from: Readonly<Record<string, Source | undefined>> = definition.from ?? {};
  const fields = Object.keys(input.shape);
  const isOfPath = (field: string) => path.includes(`{${field}}`);
  const hasBody = fields.some((field) => !isOfPath(field) && from[field] === undefined);
  const handle = "handle" in definition ? definition.handle : definition.handleOutside;

  const seal = (answer: Answer) => sealPageToken(operation, answer);

  const readField = (request: RawRequest, body: Readonly<Record<string, unknown>>) => {
    return (field: string): unknown => {
      if (isOfPath(field)) return request.path[field];
      const source = from[field];
      if (source === undefined) return body[field] ?? undefined;
      if (source === "query") return request.query.get(field) ?? undefined;
      return source === "payload" ? request.body : request.headers[source];
    };
  };

  return {
    service,
    operation,
    method,
    path,
    members: fields,
    ...(note !== undefined && { note }),
    isTransaction: "handle" in definition,
    handle: (request) => {
      const read = readField(request, hasBody ? parseBody(request.body) : {});
      const raw = Object.fromEntries(
        fields.map((field) => [field, openPageToken(operation, field, read(field))]),
      );
      const parsed = input.safeParse(raw, { reportInput: true });
      if (!parsed.success) throw toInvalidRequest(parsed.error);
      const answer = handle(parsed.data);
      return answer instanceof Promise ? answer.then(seal) : seal(answer);
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
