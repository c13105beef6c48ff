import type { Area } from "../conformance-case.ts";
import { equal, includes, matches, refused } from "../expect.ts";

const source = "AWS_FACTS section 4";

export const billingGroups: Area = {
  name: "billing-groups",
  cases: [
    {
      id: "billing-groups/create/members",
      title: "CreateBillingGroup answers name, ARN and id",
      source,
      confidence: "model",
      run: async ({ iot, name, arn }) => {
        const billingGroupName = name("billing");
        const answer = await iot.createBillingGroup({ billingGroupName });
        includes(answer, {
          billingGroupName,
          billingGroupArn: arn(`billinggroup/${billingGroupName}`),
        });
        matches(answer.billingGroupId, /./);
      },
    },
    {
      id: "billing-groups/create/different-again",
      title: "CreateBillingGroup with another description is refused",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const billingGroupName = name("billing");
        await iot.createBillingGroup({ billingGroupName });
        await refused(
          iot.createBillingGroup({
            billingGroupName,
            billingGroupProperties: { billingGroupDescription: "another" },
          }),
          "409 ResourceAlreadyExistsException",
        );
      },
    },
    {
      id: "billing-groups/members/add",
      title: "A thing that is added tells its billing group",
      source,
      confidence: "model",
      run: async (subject) => {
        const { iot, name } = subject;
        const billingGroupName = name("billing");
        await iot.createBillingGroup({ billingGroupName });
        const thingName = await subject.thing();
        await iot.addThingToBillingGroup({ billingGroupName, thingName });
        equal((await iot.describeThing({ thingName })).billingGroupName, billingGroupName);
        equal((await iot.listThingsInBillingGroup({ billingGroupName })).things, [thingName]);
      },
    },
    {
      id: "billing-groups/members/at-creation",
      title: "CreateThing puts a thing into a billing group",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const [billingGroupName, thingName] = [name("billing"), name("thing")];
        await iot.createBillingGroup({ billingGroupName });
        await iot.createThing({ thingName, billingGroupName });
        equal((await iot.describeThing({ thingName })).billingGroupName, billingGroupName);
      },
    },
    {
      id: "billing-groups/members/unknown-group",
      title: "A thing cannot be added to an unknown billing group",
      source,
      confidence: "model",
      run: async (subject) => {
        const thingName = await subject.thing();
        await refused(
          subject.iot.addThingToBillingGroup({
            billingGroupName: subject.name("none"),
            thingName,
          }),
          "404 ResourceNotFoundException",
        );
      },
    },
    {
      id: "billing-groups/members/remove",
      title: "A thing that is removed has no billing group",
      source,
      confidence: "model",
      run: async ({ iot, name }) => {
        const [billingGroupName, thingName] = [name("billing"), name("thing")];
        await iot.createBillingGroup({ billingGroupName });
        await iot.createThing({ thingName, billingGroupName });
        await iot.removeThingFromBillingGroup({ billingGroupName, thingName });
        equal((await iot.describeThing({ thingName })).billingGroupName, undefined);
      },
    },
  ],
};
