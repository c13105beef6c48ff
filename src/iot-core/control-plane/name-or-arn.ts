import type { Arns, ResourceType } from "./arns.ts";
import { AwsError } from "./aws-error.ts";
import { arn, thingName } from "./shapes.ts";

export const optionalName = thingName.optional();
export const optionalArn = arn.optional();

/** A thing, which a request names in one of two ways or in both. */
export const thingByNameOrArn = { thingName: optionalName, thingArn: optionalArn };

/** Returns the name that is given as such or in an ARN; refuses none, and two that differ. */
export function readNameOrArn(
  arns: Arns,
  type: ResourceType,
  name: string | undefined,
  itsArn: string | undefined,
): string {
  const fromArn = itsArn === undefined ? undefined : arns.parseName(type, itsArn);
  const found = name ?? fromArn;
  if (found === undefined || (fromArn !== undefined && fromArn !== found)) {
    throw new AwsError(
      "InvalidRequestException",
      "The thing and the group must each be given by name or by ARN, and not by two that differ",
    );
  }
  return found;
}
