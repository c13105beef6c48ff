/** A certificate as AWS IoT describes it. */
export interface IotCertificate {
  /** A status of AWS IoT; others than the four named here are left alone. */
  readonly status: "ACTIVE" | "INACTIVE" | "REVOKED" | "PENDING_ACTIVATION" | "OTHER";
  readonly certificate: Uint8Array;
  readonly certificateArn: string;
  readonly caCertificateId?: string;
  readonly createdAt?: Date;
  readonly lastModifiedAt?: Date;
}

/**
 * What onboarding asks of AWS IoT. Every call may be repeated without harm.
 *
 * Throttling and passing failures are retried inside until the signal aborts; what is thrown then is
 * retryable as a whole.
 */
export interface IotControl {
  /** @returns undefined when AWS IoT does not know the certificate. */
  readonly describeCertificate: (
    id: string,
    signal: AbortSignal,
  ) => Promise<IotCertificate | undefined>;
  /**
   * Registers a certificate INACTIVE, without a CA: in multi-account mode, where devices send SNI.
   *
   * `there` may be by an earlier call whose answer was lost. `refused` when AWS IoT does not take such
   * a certificate.
   *
   * @see https://docs.aws.amazon.com/iot/latest/apireference/API_RegisterCertificateWithoutCA.html
   */
  readonly registerCertificate: (
    certificate: Uint8Array,
    signal: AbortSignal,
  ) => Promise<{ readonly certificateArn: string } | "there" | "refused">;
  readonly createThing: (
    thing: NewThing,
    signal: AbortSignal,
  ) => Promise<"done" | "conflict" | "missing">;
  /** @returns the thing's attributes; undefined when there is none of that name. */
  readonly describeThing: (
    thingName: string,
    signal: AbortSignal,
  ) => Promise<Readonly<Record<string, string>> | undefined>;
  /** Brings a thing that is already ours to the attributes and type given. */
  readonly updateThing: (thing: NewThing, signal: AbortSignal) => Promise<"done" | "missing">;
  readonly attachThingPrincipal: (
    thingName: string,
    principalArn: string,
    signal: AbortSignal,
  ) => Promise<void>;
  /** `full` when AWS IoT's limit on policies of one certificate is reached. */
  readonly attachPolicy: (
    policyName: string,
    targetArn: string,
    signal: AbortSignal,
  ) => Promise<"done" | "missing" | "full">;
  /** Nothing to take away is as good as taken away, here and below. */
  readonly detachPolicy: (
    policyName: string,
    targetArn: string,
    signal: AbortSignal,
  ) => Promise<void>;
  readonly detachThingPrincipal: (
    thingName: string,
    principalArn: string,
    signal: AbortSignal,
  ) => Promise<void>;
  readonly removeThingFromThingGroup: (
    thingName: string,
    groupName: string,
    signal: AbortSignal,
  ) => Promise<void>;
  readonly addThingToThingGroup: (
    thingName: string,
    groupName: string,
    signal: AbortSignal,
  ) => Promise<"done" | "missing">;
  /** `refused` when the certificate's status does not allow it, as REVOKED never does. */
  readonly updateCertificate: (
    id: string,
    status: "ACTIVE" | "INACTIVE",
    signal: AbortSignal,
  ) => Promise<"done" | "refused" | "missing">;
}

export interface NewThing {
  readonly thingName: string;
  readonly thingType?: string;
  readonly attributes: Readonly<Record<string, string>>;
}
