import type { ZodType } from "zod";
import { MusterError } from "../../rules/errors.ts";
import { checkEncrypted } from "./check-url.ts";
import { readProblem } from "./read-problem.ts";
import { type RetryDeps, readRetryAfter, retry, retryDeps, type Try } from "./retry.ts";

export interface ApiTarget {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string | undefined;
}

interface ApiRequest<T> {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** From `/v1` on. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
  /** With it a creation can be repeated safely. */
  readonly idempotencyKey?: string;
  /** What a change is meant for: `if-match` or `if-none-match`. */
  readonly precondition?: Readonly<Record<string, string>>;
  /** Called with the `etag` of what is answered with. */
  readonly onEntityTag?: (tag: string) => void;
  readonly answer: ZodType<T>;
  readonly signal: AbortSignal;
}

/**
 * Asks the API. What is safe to repeat is tried again after 429, 503 and failures of the network.
 *
 * @throws MusterError with the API's own code, TOKEN_MISSING, TOKEN_REFUSED, API_UNREACHABLE,
 *   API_FAILED
 */
export type CallApi = <T>(request: ApiRequest<T>) => Promise<T>;

/** API Gateway gives up after 30 s. */
const timeoutMs = 35_000;

/** Builds the client. The token is in no message and no error. */
export function createApiClient({ url, token }: ApiTarget, deps: RetryDeps = retryDeps): CallApi {
  checkEncrypted(url);
  if (token === undefined) {
    throw new MusterError(
      "TOKEN_MISSING",
      `There is no token for ${url}. Sign in with: muster login --url ${url}`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new MusterError("TOKEN_REFUSED", "The token has characters in it that no token has.");
  }
  return (request) => retry(deps, request.signal, () => attempt(url, token, request));
}

async function attempt<T>(url: string, token: string, request: ApiRequest<T>): Promise<Try<T>> {
  const { method = "GET", idempotencyKey, signal } = request;
  const mayRepeat = method === "GET" || idempotencyKey !== undefined;
  try {
    const response = await send(url, token, request);
    const text = await response.text();
    if (response.ok) return { done: readAnswer(request, response, text) };
    const problem = readProblem(response, text);
    if (!mayRepeat || !isPassing(response.status)) throw problem;
    const afterMs = readRetryAfter(response.headers.get("retry-after"), new Date());
    return { again: problem, afterMs };
  } catch (error) {
    if (error instanceof MusterError) throw error;
    signal.throwIfAborted();
    const unreachable = toUnreachable(url, error);
    if (mayRepeat && !isLasting(error)) return { again: unreachable };
    throw unreachable;
  }
}

/** Too much at once, a gateway without its function, or one that ran out of time. */
function isPassing(status: number): boolean {
  return status === 429 || (status >= 502 && status <= 504);
}

function send<T>(url: string, token: string, request: ApiRequest<T>): Promise<Response> {
  const { method = "GET", path, query = {}, body, idempotencyKey, precondition } = request;
  const target = new URL(`${url}${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) target.searchParams.set(name, String(value));
  }
  return fetch(target, {
    method,
    headers: {
      accept: "application/json",
      authorization: `Bearer ${token}`,
      ...(body && { "content-type": "application/json" }),
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
      ...precondition,
    },
    ...(body && { body: JSON.stringify(body) }),
    // The token is not for wherever else this might lead.
    redirect: "manual",
    signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]),
  });
}

function readAnswer<T>(request: ApiRequest<T>, { status, headers }: Response, text: string): T {
  const { answer, onEntityTag } = request;
  const tag = headers.get("etag");
  if (tag !== null) onEntityTag?.(tag);
  try {
    return answer.parse(text === "" ? undefined : JSON.parse(text));
  } catch (cause) {
    const requestId = headers.get("x-request-id");
    throw new MusterError(
      "API_FAILED",
      `What the API answered with ${status} is not what this version of Muster knows. Is the URL the API's?`,
      { cause, details: { status, ...(requestId !== null && { requestId }) } },
    );
  }
}

function toUnreachable(url: string, error: unknown): MusterError {
  const why = isTimeout(error) ? "it took too long" : findReason(error);
  return new MusterError("API_UNREACHABLE", `${url} does not answer: ${why}.`, {
    cause: error,
    details: { url },
  });
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

/** Nobody there, or somebody else: waiting a few seconds does not change it. */
function isLasting(error: unknown): boolean {
  if (isTimeout(error)) return false;
  const { code } = findCause(error);
  return (
    code === "" || /^(?:ECONNREFUSED|ENOTFOUND|CERT_|ERR_TLS|DEPTH_ZERO|SELF_|UNABLE_)/.test(code)
  );
}

function findReason(error: unknown): string {
  const { code, message } = findCause(error);
  return code === "" || code.startsWith("UND_ERR") ? message : code;
}

/** fetch says "fetch failed" of everything, and has the reason beneath. */
function findCause(error: unknown): { readonly code: string; readonly message: string } {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return { code: "", message: String(cause) };
  return { code: "code" in cause ? String(cause.code) : "", message: cause.message };
}
