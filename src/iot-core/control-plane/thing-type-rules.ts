import type { ThingType } from "../model.ts";
import { AwsError } from "./aws-error.ts";

/** https://docs.aws.amazon.com/iot/latest/developerguide/delete-thing-types.html */
const minimumDeprecationMs = 5 * 60 * 1000;

/** A thing cannot get a type that is deprecated. */
export function checkAssignable({ thingTypeName, deprecationDate }: ThingType): void {
  if (deprecationDate === undefined) return;
  throw refused(`Thing type ${thingTypeName} is deprecated`);
}

/** A type can be deleted five minutes after it was deprecated, and while no thing has it. */
export function checkDeletable(
  { thingTypeName, deprecationDate }: ThingType,
  isUsed: boolean,
  now: Date,
): void {
  if (deprecationDate === undefined) {
    throw refused(`Cannot delete thing type ${thingTypeName}: it must be deprecated first`);
  }
  if (now.getTime() - deprecationDate.getTime() < minimumDeprecationMs) {
    throw refused(
      `Cannot delete thing type ${thingTypeName}: wait 5 minutes after its deprecation`,
    );
  }
  if (isUsed) throw refused(`Cannot delete thing type ${thingTypeName}: things have it`);
}

function refused(message: string): AwsError {
  return new AwsError("InvalidRequestException", message);
}
