/** Stable codes; part of the public contract. Add freely, never rename or reuse. */
export type MusterErrorCode =
  | "EVENT_INVALID"
  | "CERTIFICATE_UNREADABLE"
  | "PRIVATE_KEY_REFUSED"
  | "INPUT_TOO_LARGE"
  | "FILE_UNREADABLE"
  | "CA_INVALID"
  | "CA_CONFLICT"
  | "CA_UNKNOWN"
  | "MANUFACTURER_UNKNOWN"
  | "MANUFACTURER_INVALID"
  | "PROFILE_INVALID"
  | "PROFILE_UNKNOWN"
  | "POLICY_TOO_LARGE"
  | "CERTIFICATE_UNKNOWN"
  | "AUDIT_CHAIN_BROKEN"
  | "STATE_CHANGED"
  | "ATTEMPT_IN_PROGRESS"
  | "ATTEMPT_OVERTAKEN"
  | "DEADLINE_EXCEEDED"
  | "CONFIGURATION_INVALID"
  | "ENDPOINT_NOT_LOCAL"
  | "LOCAL_CLOUD_NOT_RUNNING"
  | "PORT_IN_USE"
  | "STATE_DAMAGED"
  | "PLATFORM_UNSUPPORTED";

/**
 * An expected refusal. `message` reaches people, so it carries no secrets or internals; those go
 * in `cause`, which is logged and never rendered. Branch on `code`, never on `message`.
 */
export class MusterError extends Error {
  override readonly name = "MusterError";
  readonly code: MusterErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: MusterErrorCode,
    message: string,
    options: ErrorOptions & { details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options);
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** The stable code of a refusal, or the name of what AWS or Node threw; never its message. */
export function toErrorCode(error: unknown): string {
  if (error instanceof MusterError) return error.code;
  return error instanceof Error ? error.name : "Unknown";
}
