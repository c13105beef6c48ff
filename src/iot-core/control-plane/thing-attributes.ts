import type { Attributes } from "../model.ts";
import { AwsError } from "./aws-error.ts";

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
const maximumWithoutType = 3;
const maximumWithType = 50;
const maximumBytes = 47 * 1024;

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

/** Checks how many attributes a thing or group has, and how large they are together. */
export function checkAttributeLimits(attributes: Attributes, hasType: boolean): void {
  const entries = Object.entries(attributes);
  const maximum = hasType ? maximumWithType : maximumWithoutType;
  if (entries.length > maximum) {
    throw new AwsError(
      "InvalidRequestException",
      `${entries.length} attributes given; ${maximum} are allowed ${hasType ? "with" : "without"} a thing type`,
    );
  }
  // The permitted characters are ASCII, one byte each.
  const bytes = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (bytes > maximumBytes) {
    throw new AwsError("InvalidRequestException", `The attributes exceed ${maximumBytes} bytes`);
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
