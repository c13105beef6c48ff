import { Agent, type IncomingHttpHeaders, request } from "node:http";

/**
 * What the native addon of AWS's runtime interface client does: `next`, `done` and `error`. The
 * addon's answers block until they are taken; here the next question waits for them.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
const [hostname, port] = (process.env["AWS_LAMBDA_RUNTIME_API"] ?? "").split(":");
const base = "/2018-06-01/runtime/invocation";
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let answered: Promise<unknown> = Promise.resolve();

interface Exchange {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export async function next(): Promise<{
  readonly bodyJson: string;
  readonly headers: IncomingHttpHeaders;
}> {
  await answered;
  const { body, headers } = await exchange("GET", "/next");
  return { bodyJson: body, headers };
}

export function done(requestId: string, payload: string): void {
  answered = exchange("POST", `/${requestId}/response`, payload);
}

export function error(requestId: string, payload: string, cause: string): void {
  answered = exchange("POST", `/${requestId}/error`, payload, {
    "lambda-runtime-function-xray-error-cause": cause,
  });
}

function exchange(
  method: string,
  path: string,
  body?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname,
        port,
        method,
        path: base + path,
        agent,
        headers: {
          ...headers,
          ...(body !== undefined && {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
          }),
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve({ headers: response.headers, body: text }));
        response.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
