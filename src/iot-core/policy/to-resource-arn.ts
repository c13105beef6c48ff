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

/** The policy variables that the thing of a connection gives a value. */
export function toThingVariables(thingName: string | undefined): PolicyVariables {
  return {
    "iot:Connection.Thing.ThingName": thingName,
    "iot:Connection.Thing.IsAttached": String(thingName !== undefined),
  };
}
