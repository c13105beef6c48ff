import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Changes an answer; asked with the request's method and path. */
export type Corrupt = (request: string, answer: Answer) => Answer;

export interface CorruptingProxy extends AsyncDisposable {
  readonly url: string;
}

/** Stands in front of a control plane, and passes its answers on changed. */
export async function startCorruptingProxy(
  upstream: string,
  corrupt: Corrupt,
): Promise<CorruptingProxy> {
  const server = createServer((request, response) => {
    passOn(upstream, corrupt, request, response).catch((error: Error) => response.destroy(error));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function passOn(
  upstream: string,
  corrupt: Corrupt,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET", url = "/", headers } = request;
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const principal = headers["x-amzn-principal"];
  const answer = await fetch(`${upstream}${url}`, {
    method,
    headers: {
      authorization: headers.authorization ?? "",
      "content-type": headers["content-type"] ?? "application/json",
      ...(typeof principal === "string" && { "x-amzn-principal": principal }),
    },
    ...(body.length > 0 && { body }),
  });
  const changed = corrupt(`${method} ${url}`, {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: await answer.text(),
  });
  const { "content-length": _, ...kept } = changed.headers;
  response.writeHead(changed.status, kept);
  response.end(changed.body);
}
