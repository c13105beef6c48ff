import type { ServerResponse } from "node:http";

interface Structured {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** What API Gateway answers by itself. */
const messages: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  413: "Request Too Long",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

export function answerAsGateway(response: ServerResponse, status: number): void {
  const body = JSON.stringify({ message: messages[status] ?? "" });
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body);
}

/**
 * Answers with what a function returned, as API Gateway reads it in payload format 2.0: without a
 * status code all of it is the body.
 */
export function answerWithResult(response: ServerResponse, result: unknown): void {
  if (!isStructured(result)) {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(typeof result === "string" ? result : JSON.stringify(result ?? null));
    return;
  }
  const { statusCode, headers = {}, cookies = [], body = "", isBase64Encoded } = result;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  response.statusCode = statusCode;
  response.end(isBase64Encoded ? Buffer.from(body, "base64") : body);
}

function isStructured(result: unknown): result is Structured {
  if (typeof result !== "object" || result === null || !("statusCode" in result)) return false;
  const { statusCode } = result;
  return Number.isInteger(statusCode) && Number(statusCode) >= 200 && Number(statusCode) <= 599;
}
