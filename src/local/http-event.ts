import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

export type HttpEvent = APIGatewayProxyEventV2 & {
  readonly requestContext: APIGatewayProxyEventV2["requestContext"] & {
    readonly authorizer?: { readonly lambda: unknown };
  };
};

export interface HttpEventContext {
  readonly requestId: string;
  readonly accountId: string;
  readonly now: Date;
  /** `METHOD /path` of routes of their own; all others are `ANY /v1/{proxy+}`. */
  readonly ownRoutes: ReadonlySet<string>;
}

const apiId = "local";
const proxyPrefix = "/v1/";

/**
 * Writes a request as API Gateway's HTTP APIs do, in payload format 2.0: names of headers in lower
 * case, several values joined by commas, cookies apart, the path decoded, and what is not text in
 * base64.
 *
 * @returns or the status that API Gateway answers by itself.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toHttpEvent(
  request: Pick<IncomingMessage, "method" | "url" | "rawHeaders" | "httpVersion">,
  body: Buffer,
  context: HttpEventContext,
): HttpEvent | 400 | 404 {
  const { method = "GET", url = "" } = request;
  const [encodedPath = "", ...rest] = url.split("?");
  const path = encodedPath.startsWith("/") ? decodePath(encodedPath) : undefined;
  if (path === undefined) return 400;
  const isOwn = context.ownRoutes.has(`${method} ${path}`);
  if (!isOwn && !path.startsWith(proxyPrefix)) return 404;
  const routeKey = isOwn ? `${method} ${path}` : `ANY ${proxyPrefix}{proxy+}`;
  const { headers, cookies } = readHeaders(request.rawHeaders, body.length);
  const rawQueryString = rest.join("?");
  const query = readQuery(rawQueryString);
  const isText = isTextType(headers["content-type"]);
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: context.accountId,
      apiId,
      domainName: headers["host"] ?? "",
      domainPrefix: apiId,
      http: {
        method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: context.requestId,
      routeKey,
      stage: "$default",
      time: toLogTime(context.now),
      timeEpoch: context.now.getTime(),
    },
    ...(!isOwn && { pathParameters: { proxy: path.slice(proxyPrefix.length) } }),
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** HTTP APIs hand on the path decoded, and cut it where a decoded `?` stands. */
function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path).split("?", 1)[0];
  } catch {
    return undefined;
  }
}

/** What is about this connection alone. */
const hopByHop = new Set(["connection", "keep-alive", "te", "transfer-encoding", "upgrade"]);

function readHeaders(raw: readonly string[], length: number) {
  const headers: Record<string, string> = Object.create(null);
  const cookies: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    const value = raw[index + 1] ?? "";
    if (name === "cookie") cookies.push(...value.split(";").map((cookie) => cookie.trim()));
    else if (!hopByHop.has(name)) {
      headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
    }
  }
  headers["content-length"] = String(length);
  headers["x-forwarded-for"] = "127.0.0.1";
  headers["x-forwarded-proto"] = "http";
  return { headers: { ...headers }, cookies };
}

function readQuery(text: string): Record<string, string> | undefined {
  if (text === "") return undefined;
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = query.get(name);
    query.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(query);
}

function isTextType(type = ""): boolean {
  return /^(?:text\/|application\/(?:json|javascript|xml)\b|application\/[^;]*\+(?:json|xml)\b)/i.test(
    type,
  );
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** As in access logs: `12/Mar/2020:19:03:58 +0000`. */
function toLogTime(now: Date): string {
  const [date = "", time = ""] = now.toISOString().split("T");
  const [year, month, day] = date.split("-");
  return `${day}/${months[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}
