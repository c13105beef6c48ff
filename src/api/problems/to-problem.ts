import { errorCodes, MusterError, type MusterErrorCode } from "../../rules/errors.ts";
import { problemStatuses } from "./problem-table.ts";

/** What is wrong with one part of a request. */
export interface FieldProblem {
  readonly detail: string;
  /** JSON pointer into the body, as a URI fragment (RFC 6901 §6). */
  readonly pointer?: string;
  /** Or the name of the parameter, and where it is. */
  readonly parameter?: string;
  readonly in?: "path" | "query" | "header";
}

/** @see https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly requestId: string;
  readonly code?: MusterErrorCode;
  readonly detail?: string;
  /** What helps. */
  readonly remedy?: string;
  readonly errors?: readonly FieldProblem[];
}

/** A request that is not as described; names every part that is wrong. */
export function requestInvalid(errors: readonly FieldProblem[]): MusterError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  const where = first?.pointer ?? first?.parameter ?? "request";
  return new MusterError("REQUEST_INVALID", `${where}: ${first?.detail ?? "invalid"}${more}`, {
    details: { errors },
  });
}

/**
 * Turns whatever was thrown into a problem document. What is not an expected refusal shows nothing
 * of itself: only the request's id, by which the log has the rest.
 */
export function toProblem(error: unknown, requestId: string): Problem {
  const status = error instanceof MusterError ? problemStatuses[error.code] : "internal";
  if (!(error instanceof MusterError) || status === "internal") {
    return { type: "about:blank", title: "Internal Server Error", status: 500, requestId };
  }
  const { code, message } = error;
  const { meaning, remedy } = errorCodes[code];
  const errors = toFieldProblems(error);
  return {
    type: `urn:muster:error:${code}`,
    title: meaning,
    status,
    code,
    detail: message,
    remedy,
    requestId,
    ...(errors.length > 0 && { errors }),
  };
}

/** Each use case names fields in its own way: of the body they all are. */
function toFieldProblems({ code, details, message }: MusterError): readonly FieldProblem[] {
  const { errors, problems, field, fields = [field] } = details;
  if (Array.isArray(errors)) return errors as readonly FieldProblem[];
  if (code === "PROFILE_INVALID" && Array.isArray(problems)) {
    return (problems as readonly { readonly path: string; readonly message: string }[]).map(
      ({ path, message: detail }) => ({
        detail,
        pointer: toPointer(path === "" ? [] : path.split(".")),
      }),
    );
  }
  const names = Array.isArray(fields) ? (fields as readonly unknown[]) : [];
  return names
    .filter((name) => typeof name === "string")
    .map((name) => ({ detail: message, pointer: toPointer([name]) }));
}

/** @see https://www.rfc-editor.org/rfc/rfc6901#section-6 */
export function toPointer(path: readonly PropertyKey[]): string {
  // A name that was cut may end with half of a character.
  const names = path.map((name) => String(name).toWellFormed());
  const segments = names.map((name) => name.replaceAll("~", "~0").replaceAll("/", "~1"));
  return `#${segments.map((segment) => `/${encodeURIComponent(segment)}`).join("")}`;
}
