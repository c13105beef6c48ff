/** What the stand-in keeps. Field names and values are those of the AWS IoT API. */

export type CertificateStatus = "ACTIVE" | "INACTIVE" | "REVOKED" | "PENDING_ACTIVATION";
export type CertificateMode = "DEFAULT" | "SNI_ONLY";

export interface CaCertificate {
  /** Lower-case hex SHA-256 of the DER. */
  readonly certificateId: string;
  readonly certificatePem: string;
  readonly status: "ACTIVE" | "INACTIVE";
  readonly autoRegistrationStatus: "ENABLE" | "DISABLE";
  readonly certificateMode: CertificateMode;
  readonly creationDate: Date;
  readonly lastModifiedDate: Date;
  readonly customerVersion: number;
}

export interface DeviceCertificate {
  /** Lower-case hex SHA-256 of the DER. */
  readonly certificateId: string;
  readonly certificatePem: string;
  readonly caCertificateId?: string;
  readonly status: CertificateStatus;
  readonly certificateMode: CertificateMode;
  readonly creationDate: Date;
  readonly lastModifiedDate: Date;
  readonly customerVersion: number;
}

export type ThingPrincipalType = "EXCLUSIVE_THING" | "NON_EXCLUSIVE_THING";
export type Attributes = Readonly<Record<string, string>>;

export interface ThingType {
  readonly thingTypeName: string;
  readonly thingTypeId: string;
  readonly description?: string;
  readonly searchableAttributes: readonly string[];
  readonly creationDate: Date;
  /** Set while it is deprecated. */
  readonly deprecationDate?: Date;
}

export interface Thing {
  readonly thingName: string;
  readonly thingId: string;
  readonly thingTypeName?: string;
  readonly billingGroupName?: string;
  readonly attributes: Attributes;
  readonly version: number;
}

export interface ThingGroup {
  readonly thingGroupName: string;
  readonly thingGroupId: string;
  readonly parentGroupName?: string;
  readonly description?: string;
  readonly attributes: Attributes;
  readonly version: number;
  readonly creationDate: Date;
}

export interface BillingGroup {
  readonly billingGroupName: string;
  readonly billingGroupId: string;
  readonly description?: string;
  readonly version: number;
  readonly creationDate: Date;
}

export interface Policy {
  readonly policyName: string;
  readonly defaultVersionId: number;
  readonly creationDate: Date;
  readonly lastModifiedDate: Date;
}

export interface PolicyVersion {
  readonly versionId: number;
  readonly document: string;
  readonly creationDate: Date;
}

/** An event that AWS IoT would publish on a reserved topic. */
export interface ReservedEvent {
  readonly topic: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Who this stand-in says it is. */
export interface StandInIdentity {
  readonly accountId: string;
  readonly region: string;
  /** Host name that devices dial and must send as SNI, without port. */
  readonly endpointAddress: string;
}
