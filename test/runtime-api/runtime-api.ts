import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a function answered to one event. */
export type Answer =
  | { readonly kind: "response"; readonly payload: unknown }
  | {
      readonly kind: "error";
      readonly errorType: string;
      readonly errorMessage: string;
      readonly trace: readonly string[];
    };

interface Invocation {
  readonly event: unknown;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly functionArn: string;
}

export interface RuntimeApi {
  /** `host:port`, as AWS_LAMBDA_RUNTIME_API is. */
  readonly address: string;
  /** Settles when the runtime first asks for an event; with an error when it cannot load the handler. */
  readonly initialised: Promise<Answer | undefined>;
  /** Hands an event to the runtime; one at a time. */
  readonly invoke: (invocation: Invocation) => Promise<Answer>;
  /** Settles when the runtime, done with the last event, asks for the next. */
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const prefix = "/2018-06-01/runtime";
/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxPayloadBytes = 6 * 1024 * 1024;

/**
 * Serves the Lambda Runtime API to one process, on loopback.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const initialised = Promise.withResolvers<Answer | undefined>();
  const running = new Map<string, PromiseWithResolvers<Answer>>();
  let asking = Promise.withResolvers<ServerResponse>();

  const settle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, id = "", what] =
      /^\/invocation\/([^/]+)\/(response|error)$/.exec(pathOf(request)) ?? [];
    const turn = running.get(decodeURIComponent(id));
    if (turn === undefined) return answer(response, 400, "InvalidRequestID");
    const text = await readText(request);
    if (text === undefined) {
      answer(response, 413, "RequestEntityTooLarge");
      return turn.resolve(toError({ errorType: "Function.ResponseSizeTooLarge" }));
    }
    running.delete(decodeURIComponent(id));
    answer(response, 202, "OK");
    const payload: unknown = JSON.parse(text);
    turn.resolve(what === "error" ? toError(payload) : { kind: "response", payload });
  };

  const server = createServer((request, response) => {
    const path = pathOf(request);
    if (request.method === "GET" && path === "/invocation/next") {
      initialised.resolve(undefined);
      asking.resolve(response);
    } else if (request.method === "POST" && path === "/init/error") {
      void readText(request).then((text = "{}") => {
        answer(response, 202, "OK");
        initialised.resolve(toError(JSON.parse(text)));
      });
    } else if (request.method === "POST") void settle(request, response);
    else answer(response, 404, "NotFound");
  });
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    initialised: initialised.promise,
    invoke: async (invocation) => {
      const response = await asking.promise;
      asking = Promise.withResolvers();
      const id = randomUUID();
      const turn = Promise.withResolvers<Answer>();
      running.set(id, turn);
      response.writeHead(200, toHeaders(id, invocation)).end(JSON.stringify(invocation.event));
      return turn.promise;
    },
    idle: async () => {
      await asking.promise;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function toHeaders(id: string, { deadline, functionArn }: Invocation) {
  const trace = `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${id.replaceAll("-", "").slice(0, 24)}`;
  return {
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": id,
    "lambda-runtime-deadline-ms": String(deadline),
    "lambda-runtime-invoked-function-arn": functionArn,
    "lambda-runtime-trace-id": `${trace};Parent=${id.slice(0, 8)}${id.slice(9, 13)}0000;Sampled=0`,
  };
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.startsWith(prefix) ? url.slice(prefix.length) : "";
}

function answer(response: ServerResponse, status: number, text: string): void {
  const body = status < 300 ? { status: text } : { errorType: text, errorMessage: text };
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** @returns undefined of what is larger than Lambda takes. */
async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxPayloadBytes) chunks.push(chunk);
  }
  return bytes <= maxPayloadBytes ? Buffer.concat(chunks).toString("utf8") : undefined;
}

function toError(payload: unknown): Answer {
  const {
    errorType = "",
    errorMessage = "",
    trace = [],
  } = (payload ?? {}) as {
    readonly errorType?: string;
    readonly errorMessage?: string;
    readonly trace?: readonly string[];
  };
  return { kind: "error", errorType, errorMessage, trace };
}
