import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type LoopbackServer, listenOnLoopback } from "../listen-on-loopback.ts";
import { type AwsService, findService, toNotHere } from "./answer-aws.ts";
import type { LocalStatus } from "./local-status.ts";

/** The path under which the status is asked for. */
export const statusPath = "/status";

/** A page elsewhere can make a browser dial this machine under a name of its own, but not under these. */
const ownNames: ReadonlySet<string> = new Set(["127.0.0.1", "localhost"]);

/**
 * Serves the status on a free port of 127.0.0.1, to be read only. Requests to AWS that were led here,
 * as they are for services that the local cloud does not have, are told so.
 *
 * @param readStatus called for each request.
 */
export async function startInspection(readStatus: () => LocalStatus): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    if (!isOwnName(request)) return answer(response, 403, { error: "The Host must be 127.0.0.1." });
    const service = findService(request.headers);
    if (service !== undefined) return refuseAws(response, service);
    const refusal = refuse(request);
    if (refusal !== undefined) return answer(response, refusal.status, { error: refusal.error });
    try {
      answer(response, 200, readStatus());
    } catch (error) {
      answer(response, 500, { error: error instanceof Error ? error.message : String(error) });
    }
  });
  return listenOnLoopback(server, 0);
}

function isOwnName({ headers }: IncomingMessage): boolean {
  return ownNames.has((headers.host ?? "").replace(/:\d+$/, "").toLowerCase());
}

function refuseAws(response: ServerResponse, service: AwsService): void {
  const { status, headers, body } = toNotHere(service);
  response.writeHead(status, headers);
  response.end(body);
}

function refuse({ method, url }: IncomingMessage) {
  if (method !== "GET") return { status: 405, error: "Only GET is served here." };
  if (url !== statusPath) return { status: 404, error: `Only ${statusPath} is served here.` };
  return undefined;
}

function answer(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(text);
}
