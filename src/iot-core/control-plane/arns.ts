import type { StandInIdentity } from "../model.ts";
import type { PolicyTarget } from "../registry/policy-target-table.ts";
import { AwsError } from "./aws-error.ts";

export type ResourceType =
  | "billinggroup"
  | "cacert"
  | "cert"
  | "policy"
  | "rule"
  | "thing"
  | "thinggroup"
  | "thingtype";

/** ARNs of one account and Region. */
export interface Arns {
  of(type: ResourceType, name: string): string;
  /** Certificate id of a certificate's ARN. */
  parsePrincipal(arn: string): string;
  /** Name in an ARN of this type. */
  parseName(type: ResourceType, arn: string): string;
  ofTarget(target: PolicyTarget): string;
  parseTarget(arn: string): PolicyTarget;
}

export function createArns({ accountId, region }: StandInIdentity): Arns {
  const prefix = `arn:aws:iot:${region}:${accountId}:`;
  const nameIn = (type: ResourceType, arn: string) => {
    const start = `${prefix}${type}/`;
    return arn.startsWith(start) && arn.length > start.length ? arn.slice(start.length) : undefined;
  };

  return {
    of: (type, name) => `${prefix}${type}/${name}`,
    parsePrincipal: (arn) => {
      const certificateId = nameIn("cert", arn);
      if (certificateId !== undefined) return certificateId;
      throw new AwsError(
        "InvalidRequestException",
        `The principal must be the ARN of a certificate of this account and Region: ${prefix}cert/…`,
      );
    },
    parseName: (type, arn) => {
      const name = nameIn(type, arn);
      if (name !== undefined) return name;
      throw new AwsError("InvalidRequestException", `Not an ARN such as ${prefix}${type}/…`);
    },
    ofTarget: (target) => `${prefix}${target}`,
    parseTarget: (arn) => {
      const certificateId = nameIn("cert", arn);
      if (certificateId !== undefined) return `cert/${certificateId}`;
      const thingGroupName = nameIn("thinggroup", arn);
      if (thingGroupName !== undefined) return `thinggroup/${thingGroupName}`;
      throw new AwsError(
        "InvalidRequestException",
        `The target must be the ARN of a certificate or a thing group of this account and Region: ${prefix}cert/… or ${prefix}thinggroup/…`,
      );
    },
  };
}
