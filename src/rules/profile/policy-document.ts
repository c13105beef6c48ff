import { MusterError } from "../errors.ts";
import type { Profile } from "./profile.ts";

/** Where the policy's resources live. */
export interface AwsScope {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html; white space does not count. */
const maxPolicyCharacters = 2048;

const thingName = "${iot:Connection.Thing.ThingName}";

/**
 * Writes the one policy that all devices of a profile share.
 *
 * A device connects only as its own thing, attached to its certificate, so no device can take
 * another's client id. Subscribing also allows receiving.
 *
 * @throws MusterError POLICY_TOO_LARGE when AWS IoT would refuse it for its length.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html
 */
export function toPolicyDocument(profile: Profile, scope: AwsScope): string {
  const arn = (resource: string) =>
    `arn:${scope.partition}:iot:${scope.region}:${scope.accountId}:${resource}`;
  const topics = (kind: "topic" | "topicfilter", patterns: readonly string[]) =>
    patterns.map((pattern) => arn(`${kind}/${pattern.replaceAll("${thingName}", thingName)}`));
  const statements = [
    {
      Effect: "Allow",
      Action: "iot:Connect",
      Resource: arn(`client/${thingName}`),
      Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
    },
    { Effect: "Allow", Action: "iot:Publish", Resource: topics("topic", profile.policy.publish) },
    {
      Effect: "Allow",
      Action: "iot:Subscribe",
      Resource: topics("topicfilter", profile.policy.subscribe),
    },
    { Effect: "Allow", Action: "iot:Receive", Resource: topics("topic", profile.policy.subscribe) },
  ].filter(({ Resource }) => Resource.length > 0);
  const document = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const length = document.replaceAll(/\s/g, "").length;
  if (length > maxPolicyCharacters) {
    throw new MusterError(
      "POLICY_TOO_LARGE",
      `The policy of profile "${profile.name}" has ${length} characters; AWS IoT takes ${maxPolicyCharacters}. List fewer or shorter topics.`,
      { details: { length, limit: maxPolicyCharacters } },
    );
  }
  return document;
}
