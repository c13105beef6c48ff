import { AwsError } from "./aws-error.ts";

/**
 * Refuses what only the device endpoint can answer, where the stand-in runs without one.
 *
 * @throws NotImplementedException
 */
export function requireEndpoint<Part>(part: Part | undefined, operation: string): Part {
  if (part !== undefined) return part;
  throw new AwsError(
    "NotImplementedException",
    `${operation} needs the device endpoint, without which this stand-in was started`,
  );
}
