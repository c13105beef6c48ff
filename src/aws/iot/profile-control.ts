import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  CreateThingGroupCommand,
  CreateThingTypeCommand,
  DescribeThingGroupCommand,
  type IoTClient,
  ResourceAlreadyExistsException,
} from "@aws-sdk/client-iot";
import type { ApplyProfileDeps } from "../../access/profiles/apply-profile.ts";

/** Builds what applying a profile makes in AWS IoT. Each call may be repeated. */
export function createProfileControl(
  client: IoTClient,
): Pick<
  ApplyProfileDeps,
  "ensureThingType" | "ensureThingGroup" | "ensurePolicy" | "attachPolicyToGroup"
> {
  return {
    ensureThingType: (thingTypeName) =>
      unlessThere(() => client.send(new CreateThingTypeCommand({ thingTypeName }))),
    ensureThingGroup: (thingGroupName) =>
      unlessThere(() => client.send(new CreateThingGroupCommand({ thingGroupName }))),
    // The name holds the document's digest, so a policy of that name is that policy.
    ensurePolicy: (policyName, policyDocument) =>
      unlessThere(() => client.send(new CreatePolicyCommand({ policyName, policyDocument }))),
    attachPolicyToGroup: async (policyName, thingGroupName) => {
      const { thingGroupArn } = await client.send(
        new DescribeThingGroupCommand({ thingGroupName }),
      );
      await client.send(new AttachPolicyCommand({ policyName, target: thingGroupArn }));
    },
  };
}

async function unlessThere(make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error;
  }
}
