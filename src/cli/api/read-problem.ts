import * as z from "zod";
import { errorCodes, MusterError, type MusterErrorCode } from "../../rules/errors.ts";

const shape = z.object({
  code: z.string().optional(),
  detail: z.string().optional(),
  title: z.string().optional(),
  remedy: z.string().optional(),
  requestId: z.string().optional(),
  errors: z.array(z.looseObject({ detail: z.string() })).optional(),
});

type Problem = z.output<typeof shape>;

/**
 * Turns an answer that is none of success into an error with the API's own code, its sentence and the
 * id of the request.
 *
 * @param text the body; API Gateway's own answers are no problem documents.
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function readProblem(
  { status, headers }: Pick<Response, "status" | "headers">,
  text: string,
): MusterError {
  const problem = parse(text);
  const { code, detail, remedy, errors } = problem;
  const requestId = problem.requestId ?? headers.get("x-request-id") ?? undefined;
  const details = {
    status,
    ...(requestId !== undefined && { requestId }),
    ...(remedy !== undefined && { remedy }),
    ...(errors && { errors }),
  };
  if (code !== undefined && isKnown(code)) {
    return new MusterError(code, detail ?? errorCodes[code].meaning, { details });
  }
  return code === undefined ? toUnnamed(problem, details) : toUnknown(problem, code, details);
}

interface Details {
  readonly [name: string]: unknown;
  readonly status: number;
  readonly requestId?: string;
}

/** What says no code is API Gateway's own, or a failure inside. */
function toUnnamed({ title }: Problem, details: Details): MusterError {
  const { status, requestId } = details;
  if (status === 401 || status === 403) {
    return new MusterError("TOKEN_REFUSED", "The API does not take the token.", { details });
  }
  if (status === 429 || (status >= 502 && status <= 504)) {
    const message = `The API has too much to do: it answers with ${status}.`;
    return new MusterError("API_UNREACHABLE", message, { details });
  }
  const what = title === undefined ? "" : `, ${title}`;
  const named = requestId === undefined ? "" : ` Request: ${requestId}.`;
  return new MusterError("API_FAILED", `The API answered with ${status}${what}.${named}`, {
    details,
  });
}

/** A code of a later version. */
function toUnknown({ detail, title }: Problem, code: string, details: Details): MusterError {
  return new MusterError("API_FAILED", `${code}: ${detail ?? title ?? "no more was said."}`, {
    details: { ...details, apiCode: code },
  });
}

function parse(text: string): Problem {
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

function isKnown(code: string): code is MusterErrorCode {
  return Object.hasOwn(errorCodes, code);
}
