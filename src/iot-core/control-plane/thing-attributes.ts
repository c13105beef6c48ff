import type { Attributes } from "../model.ts";
import { AwsError } from "./aws-error.ts";

/**
 * https://docs.aws.amazon.com/general/latest/gr/iot-core.html
 * The limit of 47 KB together is out of reach of 50 attributes of the permitted lengths.
 */
const maximumWithoutType = 3;
const maximumWithType = 50;

/** What UpdateThing makes of a thing's attributes. An empty value takes an attribute away. */
export function mergeAttributes(
  current: Attributes,
  change: Attributes | undefined,
  merge: boolean,
): Attributes {
  if (change === undefined) return current;
  const entries = Object.entries(merge ? { ...current, ...change } : change);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

/** Checks how many attributes a thing or group has. */
export function checkAttributeLimits(attributes: Attributes, hasType: boolean): void {
  const count = Object.keys(attributes).length;
  const maximum = hasType ? maximumWithType : maximumWithoutType;
  if (count > maximum) {
    throw new AwsError(
      "InvalidRequestException",
      `${count} attributes given; ${maximum} are allowed ${hasType ? "with" : "without"} a thing type`,
    );
  }
}

/** Tells whether two things have the same attributes, in whatever order. */
export function hasSameAttributes(left: Attributes, right: Attributes): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && left[name] === right[name])
  );
}
