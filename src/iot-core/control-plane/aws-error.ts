import type { Service } from "./service.ts";

/** Names and statuses of the service model of AWS IoT, except where noted. */
const statusOfError = {
  CertificateConflictException: 409,
  CertificateStateException: 406,
  CertificateValidationException: 400,
  DeleteConflictException: 409,
  InternalFailureException: 500,
  InvalidRequestException: 400,
  LimitExceededException: 410,
  MalformedPolicyException: 400,
  // Ours, for what AWS supports and this stand-in does not. With 501 the SDKs would try again.
  NotImplementedException: 400,
  RegistrationCodeValidationException: 400,
  ResourceAlreadyExistsException: 409,
  ResourceNotFoundException: 404,
  SqlParseException: 400,
  ThrottlingException: 400,
  UnauthorizedException: 401,
  VersionConflictException: 409,
  VersionsLimitExceededException: 409,
} as const;

/** Where the model of the data plane differs. */
const statusInDataPlane: Partial<Record<AwsErrorName, number>> = { ThrottlingException: 429 };

export type AwsErrorName = keyof typeof statusOfError;

/** Which resource is there already. */
export interface ExistingResource {
  readonly resourceId: string;
  readonly resourceArn: string;
}

/** A refusal as AWS IoT would answer it. */
export class AwsError extends Error {
  override readonly name: AwsErrorName;
  readonly resource: ExistingResource | undefined;

  constructor(name: AwsErrorName, message: string, resource?: ExistingResource) {
    super(message);
    this.name = name;
    this.resource = resource;
  }
}

/** The HTTP status that a service answers an error with. */
export function statusOf(name: AwsErrorName, service: Service): number {
  const special = service === "iot-data" ? statusInDataPlane[name] : undefined;
  return special ?? statusOfError[name];
}
