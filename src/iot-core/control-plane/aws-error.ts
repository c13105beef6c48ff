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
  VersionConflictException: 409,
  VersionsLimitExceededException: 409,
} as const;

export type AwsErrorName = keyof typeof statusOfError;

/** Which resource is there already. */
export interface ExistingResource {
  readonly resourceId: string;
  readonly resourceArn: string;
}

/** A refusal as AWS IoT would answer it. */
export class AwsError extends Error {
  override readonly name: AwsErrorName;
  readonly status: number;
  readonly resource: ExistingResource | undefined;

  constructor(name: AwsErrorName, message: string, resource?: ExistingResource) {
    super(message);
    this.name = name;
    this.status = statusOfError[name];
    this.resource = resource;
  }
}
