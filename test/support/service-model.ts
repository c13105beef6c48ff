import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { checkShape, type Shape, type Shapes } from "./check-shape.ts";

/** What botocore, AWS's own client for Python, knows of one service of AWS. */
export interface ServiceModel {
  /** Of botocore, as `1.43.106`. */
  readonly version: string;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly shapes: Shapes;
}

interface Operation {
  readonly http: {
    readonly method: string;
    readonly requestUri: string;
    readonly responseCode?: number;
  };
  readonly input?: { readonly shape: string };
  readonly output?: { readonly shape: string };
  readonly errors?: readonly { readonly shape: string }[];
}

/** An answer as it came over the wire. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>> | Headers;
  readonly body: string;
}

/** Why tests that ask the service model are skipped, where readServiceModel finds none. */
export const noServiceModel =
  "botocore's service model is not here: pip install botocore, or set MUSTER_BOTOCORE to botocore's folder";

/**
 * Reads the model of a service of AWS IoT from the botocore package, which is looked for in the
 * folder that the environment variable MUSTER_BOTOCORE names, or else where python3 finds it.
 *
 * @returns undefined where there is no botocore.
 */
export function readServiceModel(service: "iot" | "iot-data"): ServiceModel | undefined {
  const folder = process.env["MUSTER_BOTOCORE"] ?? findBotocore();
  if (folder === undefined) return undefined;
  const file = join(folder, "data", service, "2015-05-28", "service-2.json");
  const text = existsSync(file)
    ? readFileSync(file, "utf8")
    : gunzipSync(readFileSync(`${file}.gz`)).toString();
  const { operations, shapes } = JSON.parse(text) as ServiceModel;
  const [, version = "unknown"] =
    /^__version__ = ['"]([^'"]+)/m.exec(readFileSync(join(folder, "__init__.py"), "utf8")) ?? [];
  return { version, operations, shapes };
}

function findBotocore(): string | undefined {
  try {
    const program = "import botocore; print(botocore.__path__[0])";
    return execFileSync("python3", ["-c", program], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}

/**
 * Holds an answer against the service model: the status, the error's name and status among those
 * that the model gives the operation, and every member's presence, type, range, length, pattern
 * and enumeration. A member that the model does not know is a problem too.
 *
 * @returns what is wrong, each with the place; empty when the answer is as AWS says it would be.
 */
export function checkResponse(
  model: ServiceModel,
  operation: string,
  response: RawResponse,
): readonly string[] {
  const known = model.operations[operation];
  if (known === undefined) return [`the model has no operation ${operation}`];
  if (response.status >= 300) return checkError(model, known, response);
  const expected = known.http.responseCode ?? 200;
  const status = response.status === expected ? [] : [`status ${response.status}, not ${expected}`];
  const output = known.output && model.shapes[known.output.shape];
  return [...status, ...checkOutput(model, output ?? { type: "structure" }, response)];
}

function checkError(
  model: ServiceModel,
  operation: Operation,
  response: RawResponse,
): readonly string[] {
  const { value: body, problems } = parseBody(response.body);
  if (problems.length > 0) return problems;
  const name = errorNameOf(response, body);
  const modelled = operation.errors?.map(({ shape }) => shape) ?? [];
  const shape = model.shapes[name];
  if (!modelled.includes(name) || shape === undefined) {
    return [`error ${name} is none of the operation's: ${modelled.join(", ")}`];
  }
  const expected = shape.error?.httpStatusCode;
  const status = response.status === expected ? [] : [`${name} with ${response.status}`];
  // The name may be in the body too; the model does not list it.
  const { __type: _, code: __, ...members } = body;
  return [...status, ...checkShape(model.shapes, shape, members, name)];
}

/** As AWS's clients read it: the header or the body, without a namespace or an address. */
function errorNameOf(response: RawResponse, body: Readonly<Record<string, unknown>>): string {
  const named = headerOf(response, "x-amzn-errortype") ?? body["__type"] ?? body["code"];
  return String(named).replace(/:.*$/s, "").replace(/^.*#/s, "");
}

function checkOutput(model: ServiceModel, output: Shape, response: RawResponse): readonly string[] {
  const members = Object.entries(output.members ?? {});
  const inBody = members.filter(([, member]) => member.location === undefined);
  const missing = members
    .filter(([name, { location }]) => location === "header" && output.required?.includes(name))
    .filter(([, { locationName = "" }]) => headerOf(response, locationName) === undefined)
    .map(([name]) => `${name}: missing in the headers`);
  // What the payload member holds is the caller's own, not a structure.
  if (output.payload !== undefined) return missing;
  const { value, problems } = parseBody(response.body);
  if (problems.length > 0) return problems;
  const names = new Set(inBody.map(([name]) => name));
  const shape: Shape = {
    ...output,
    required: output.required?.filter((name) => names.has(name)) ?? [],
    members: Object.fromEntries(inBody),
  };
  return [...missing, ...checkShape(model.shapes, shape, value, "body")];
}

function parseBody(body: string): {
  readonly value: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
} {
  if (body === "") return { value: {}, problems: [] };
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return { value: { ...value }, problems: [] };
    }
  } catch {
    // Told below.
  }
  return { value: {}, problems: ["the body is no JSON object"] };
}

function headerOf({ headers }: RawResponse, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found?.[1]?.toString();
}
