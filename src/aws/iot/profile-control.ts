import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  CreateThingGroupCommand,
  CreateThingTypeCommand,
  DescribeThingGroupCommand,
  DetachPolicyCommand,
  type IoTClient,
  paginateListAttachedPolicies,
  ResourceAlreadyExistsException,
} from "@aws-sdk/client-iot";
import type { ApplyProfileDeps } from "../../access/profiles/apply-profile.ts";

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
const maxGroupPolicies = 2;

/** Builds what applying a profile makes in AWS IoT. Each call may be repeated. */
export function createProfileControl(
  client: IoTClient,
): Pick<
  ApplyProfileDeps,
  "ensureThingType" | "ensureThingGroup" | "ensurePolicy" | "replaceGroupPolicy"
> {
  return {
    ensureThingType: (thingTypeName) =>
      unlessThere(() => client.send(new CreateThingTypeCommand({ thingTypeName }))),
    ensureThingGroup: (thingGroupName) =>
      unlessThere(() => client.send(new CreateThingGroupCommand({ thingGroupName }))),
    // The name holds the document's digest, so a policy of that name is that policy.
    ensurePolicy: (policyName, policyDocument) =>
      unlessThere(() => client.send(new CreatePolicyCommand({ policyName, policyDocument }))),
    replaceGroupPolicy: async (policyName, thingGroupName, isFormer) => {
      const { thingGroupArn: target = "" } = await client.send(
        new DescribeThingGroupCommand({ thingGroupName }),
      );
      const attached: string[] = [];
      for await (const { policies = [] } of paginateListAttachedPolicies({ client }, { target })) {
        attached.push(...policies.flatMap((policy) => policy.policyName ?? []));
      }
      const former = attached.filter(isFormer);
      const detach = (name: string) =>
        client.send(new DetachPolicyCommand({ policyName: name, target }));
      // An earlier run may have died with both places taken.
      const isFull = attached.length >= maxGroupPolicies && !attached.includes(policyName);
      for (const name of isFull ? former.splice(0, 1) : []) await detach(name);
      await client.send(new AttachPolicyCommand({ policyName, target }));
      for (const name of former) await detach(name);
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
