import { setTimeout as sleep } from "node:timers/promises";
import { checkResponse, type ServiceModel } from "../../support/service-model.ts";
import { NotAble } from "../expect.ts";
import { isUnknownOperation } from "./create-iot-client.ts";
import type { Pace } from "./create-pace.ts";
import { type Credentials, encode, signRequest } from "./sign-request.ts";

/** Calls an operation of the service `iot-data`; rejects with DataPlaneRefusal. */
export type CallDataPlane = (
  operation: DataPlaneOperation,
  input?: Readonly<Record<string, string>>,
  body?: string,
) => Promise<Readonly<Record<string, unknown>>>;

type DataPlaneOperation = keyof typeof requests;

/** Method and path, as the service model has them; what is not in the path is in the query. */
const requests = {
  DeleteConnection: "DELETE /connections/{clientId}",
  GetConnection: "GET /connections/{clientId}",
  GetRetainedMessage: "GET /retainedMessage/{topic}",
  ListRetainedMessages: "GET /retainedMessage",
  ListSubscriptions: "GET /connections/{clientId}/subscriptions",
  Publish: "POST /topics/{topic}",
} as const;

class DataPlaneRefusal extends Error {
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(name: string, httpStatusCode: number, message: string) {
    super(message);
    this.name = name;
    this.$metadata = { httpStatusCode };
  }
}

interface DataPlaneDeps {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
  readonly model: ServiceModel;
  readonly pace: Pace;
  /** Of a call that is throttled. */
  readonly maxAttempts: number;
  readonly onProblem: (problem: string) => void;
}

/** Quotas are for a second. */
const retryAfterMs = 1100;

/** Speaks to the data plane over HTTP, without an SDK; every answer is held against the model. */
export function createDataPlane(deps: DataPlaneDeps): CallDataPlane {
  const callOnce = createCallOnce(deps);
  return async (...call) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await callOnce(...call);
      } catch (error) {
        const isThrottled = error instanceof Error && error.name === "ThrottlingException";
        if (!isThrottled || attempt >= deps.maxAttempts) throw error;
        await sleep(retryAfterMs);
      }
    }
  };
}

function createCallOnce(deps: DataPlaneDeps): CallDataPlane {
  return async (operation, input = {}, body = "") => {
    const [method = "", template = ""] = requests[operation].split(" ");
    const inPath = (name: string) => template.includes(`{${name}}`);
    const path = template.replace(/\{(\w+)\}/, (_, name: string) => encode(input[name] ?? ""));
    const query = new URLSearchParams(Object.entries(input).filter(([name]) => !inPath(name)));
    const url = new URL(`${deps.endpoint}${path}${query.size > 0 ? `?${query.toString()}` : ""}`);
    await deps.pace();
    const headers = signRequest({
      method,
      url,
      body: Buffer.from(body),
      region: deps.region,
      service: "iotdata",
      credentials: await deps.credentials(),
      at: new Date(),
    });
    const response = await fetch(url, { method, headers, ...(body !== "" && { body }) });
    const answer = {
      status: response.status,
      headers: response.headers,
      body: await response.text(),
    };
    if (isUnknownOperation(answer.status, Object.fromEntries(answer.headers), answer.body)) {
      throw new NotAble(`the target has no operation ${operation}`);
    }
    for (const problem of checkResponse(deps.model, operation, answer)) {
      deps.onProblem(`${operation}: ${problem}`);
    }
    const value = parse(answer.body);
    if (response.ok) return value;
    const name =
      response.headers.get("x-amzn-errortype") ?? String(value["__type"] ?? value["code"]);
    throw new DataPlaneRefusal(
      name.replace(/:.*$/s, "").replace(/^.*#/s, ""),
      response.status,
      String(value["message"]),
    );
  };
}

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    return body === "" ? {} : JSON.parse(body);
  } catch {
    return { message: body };
  }
}
