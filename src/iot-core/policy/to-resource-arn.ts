import type { PolicyAction } from "./evaluate-policies.ts";
import type { PolicyVariables } from "./policy-variables.ts";

/** https://docs.aws.amazon.com/iot/latest/developerguide/iot-action-resources.html */
const resourceTypes = {
  "iot:Connect": "client",
  "iot:Publish": "topic",
  "iot:RetainPublish": "topic",
  "iot:Subscribe": "topicfilter",
  "iot:Receive": "topic",
} as const satisfies Record<PolicyAction, string>;

/** @param name client id, topic or topic filter, as the action needs. */
export function toResourceArn(
  { accountId, region }: { readonly accountId: string; readonly region: string },
  action: PolicyAction,
  name: string,
): string {
  return `arn:aws:iot:${region}:${accountId}:${resourceTypes[action]}/${name}`;
}

/** What policies may ask about a thing. */
export interface ThingFacts {
  readonly thingName: string;
  readonly thingTypeName?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * The policy variables that the thing of a connection gives a value.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html
 */
export function toThingVariables(thing: ThingFacts | undefined): PolicyVariables {
  const attributes = Object.entries(thing?.attributes ?? {}).map(
    ([name, value]) => [`iot:Connection.Thing.Attributes[${name}]`, value] as const,
  );
  return {
    ...Object.fromEntries(attributes),
    "iot:Connection.Thing.ThingName": thing?.thingName,
    "iot:Connection.Thing.ThingTypeName": thing?.thingTypeName,
    "iot:Connection.Thing.IsAttached": String(thing !== undefined),
  };
}
