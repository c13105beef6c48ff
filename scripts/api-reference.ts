import { toOpenApi } from "../src/api/open-api.ts";
import { createRoutes } from "../src/api/routes.ts";
import { type Schema, toFieldRows, toLimits, toTypeText } from "./schema-rows.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Answer {
  readonly description: string;
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, { readonly description: string }>>;
}

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Document {
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

type WriteTable = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

const introduction = `What manufacturers, operators and auditors ask over HTTP; how to begin is in [the guide](../guide/api.md). The API
describes itself at \`/v1/openapi.json\` (OpenAPI 3.1), made from the same schemas that validate requests.

Whatever is refused is answered with a [Problem](#problem) (RFC 9457), whose \`code\` is stable. The problems listed
with an operation are its own; any operation can also answer:`;

/** Problems that have nothing to do with what an operation does. */
const common: Readonly<Record<string, string>> = {
  REQUEST_INVALID: "400: the request is not as described; `errors` names every part that is wrong",
  CALLER_UNKNOWN: "403: the token says no role",
  ROLE_NOT_ALLOWED: "403: the role may not do this",
  ROUTE_UNKNOWN: "404: there is no such path",
  METHOD_NOT_ALLOWED: "405: there is, by another method",
  MEDIA_TYPE_UNSUPPORTED: "415: the body is not `application/json`",
  REQUEST_TOO_LARGE: "413: the body is longer than is taken",
  DEADLINE_EXCEEDED: "503: it took too long; look what was done, then try again",
};

/** The sections of the API's reference. */
export function toApiSections(table: WriteTable): readonly string[] {
  const none = undefined as never;
  const { tags, paths, components } = toOpenApi(
    createRoutes({ batches: none, as: none }),
  ) as Document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = tags.flatMap(({ name }) => [
    `## ${name}`,
    ...operations
      .filter(({ operation }) => operation.tags.includes(name))
      .map(({ path, method, operation }) =>
        toOperationText(`${method.toUpperCase()} ${path}`, operation, table),
      ),
  ]);
  const shapes = Object.entries(components.schemas)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, schema]) => toShapeText(name, schema, table));
  const refusals = [
    ...Object.entries(common).map(([code, what]) => `- \`${code}\`, ${what}.`),
    "- Without a code, from API Gateway itself: 401 without a token, 403 with one that is no good, 429 for too many\n  requests. 500: something failed inside; `requestId` finds it in the log.",
  ];
  return [introduction, refusals.join("\n"), ...sections, "## Shapes", ...shapes];
}

function toOperationText(title: string, operation: Operation, table: WriteTable): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const facts = [
    `\`${operationId}\`. ${description ?? "For everybody, without a token."}`,
    requestBody && `Body: ${toBodyText(requestBody.content)}.`,
    ...toAnswerLines(responses),
    toProblemLine(responses),
  ];
  const rows = parameters.map(({ name, in: where, required, schema, description: what }) => [
    `\`${name}\``,
    where,
    required ? "yes" : "",
    toWhat(schema, what ?? schema.description),
  ]);
  return [
    `### ${title}`,
    `${summary}.`,
    ...(rows.length > 0 ? [table(["parameter", "in", "required", "what"], rows)] : []),
    facts
      .filter((fact) => fact !== undefined)
      .map((fact) => `- ${fact}`)
      .join("\n"),
  ].join("\n\n");
}

function toWhat(schema: Schema, description: string | undefined): string {
  const parts = [`${toTypeText(schema)}.`, description ?? "", toLimits(schema)];
  return parts.filter((part) => part !== "").join(" ");
}

function toAnswerLines(responses: Operation["responses"]): readonly string[] {
  const good = Object.entries(responses).filter(([status]) => status < "400");
  return good.map(([status, { description, content, headers = {} }]) => {
    const names = Object.entries(headers).map(
      ([name, { description: what }]) => `\`${name}\`: ${what}`,
    );
    const sent = content ? ` ${toBodyText(content)}.` : "";
    const more = names.length > 0 ? ` Headers: ${names.join(" ")}` : "";
    return `${status}: ${description}${sent}${more}`;
  });
}

function toProblemLine(responses: Operation["responses"]): string | undefined {
  const own = Object.entries(responses).flatMap(([status, { description }]) =>
    [...description.matchAll(/`([A-Z_]+)`/g)]
      .map(([, code = ""]) => code)
      .filter((code) => !Object.hasOwn(common, code))
      .map((code) => `\`${code}\` (${status})`),
  );
  return own.length === 0 ? undefined : `Problems: ${own.join(", ")}.`;
}

function toBodyText(content: Content): string {
  const [schema] = Object.values(content).map((each) => each.schema);
  return schema ? toTypeText(schema) : "";
}

function toShapeText(name: string, schema: Schema, table: WriteTable): string {
  const choices = schema.oneOf ?? [schema];
  const head = ["field", "type", "always", "what"];
  const tables = choices.map((choice) => {
    const rows = toFieldRows(choice);
    return rows.length > 0 ? table(head, rows) : "Any fields.";
  });
  const what = schema.description === undefined ? [] : [schema.description];
  return [`### ${name}`, ...what, tables.join("\n\nor\n\n")].join("\n\n");
}
