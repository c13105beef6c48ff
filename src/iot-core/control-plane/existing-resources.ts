import type {
  BillingGroup,
  CaCertificate,
  DeviceCertificate,
  Policy,
  Thing,
  ThingGroup,
  ThingType,
} from "../model.ts";
import type { RegistryTables } from "../registry.ts";
import { AwsError } from "./aws-error.ts";

/** Finds what a request names; throws ResourceNotFoundException where it does not exist. */
export interface ExistingResources {
  billingGroup(billingGroupName: string): BillingGroup;
  caCertificate(certificateId: string): CaCertificate;
  certificate(certificateId: string): DeviceCertificate;
  policy(policyName: string): Policy;
  thing(thingName: string): Thing;
  thingGroup(thingGroupName: string): ThingGroup;
  thingType(thingTypeName: string): ThingType;
}

export function createExistingResources(tables: RegistryTables): ExistingResources {
  return {
    billingGroup: (name) => found(tables.billingGroups.find(name), `Billing group ${name}`),
    caCertificate: (id) => found(tables.caCertificates.find(id), `CA certificate ${id}`),
    certificate: (id) => found(tables.certificates.find(id), `Certificate ${id}`),
    policy: (name) => found(tables.policies.find(name), `Policy ${name}`),
    thing: (name) => found(tables.things.find(name), `Thing ${name}`),
    thingGroup: (name) => found(tables.thingGroups.find(name), `Thing group ${name}`),
    thingType: (name) => found(tables.thingTypes.find(name), `Thing type ${name}`),
  };
}

function found<Resource>(resource: Resource | undefined, description: string): Resource {
  if (resource !== undefined) return resource;
  throw new AwsError("ResourceNotFoundException", `${description} does not exist`);
}
