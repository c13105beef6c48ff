import type { Area } from "../conformance-case.ts";
import { equal, includes, matches, refused } from "../expect.ts";
import type { Subject } from "../subject/subject.ts";

const source = "AWS_FACTS section 4";
const quotas = "AWS_FACTS section 5";

async function createGroup({ iot, name }: Subject, parentGroupName?: string): Promise<string> {
  const thingGroupName = name("group");
  await iot.createThingGroup({ thingGroupName, ...(parentGroupName && { parentGroupName }) });
  return thingGroupName;
}

export const thingGroups: Area = {
  name: "thing-groups",
  cases: [
    {
      id: "thing-groups/create/members",
      title: "CreateThingGroup answers name, ARN and id",
      source,
      confidence: "model",
      run: async ({ iot, name, arn }) => {
        const thingGroupName = name("group");
        const answer = await iot.createThingGroup({ thingGroupName });
        includes(answer, { thingGroupName, thingGroupArn: arn(`thinggroup/${thingGroupName}`) });
        matches(answer.thingGroupId, /./);
      },
    },
    {
      id: "thing-groups/create/different-again",
      title: "CreateThingGroup with another description is refused",
      source,
      confidence: "model",
      run: async (subject) => {
        const thingGroupName = await createGroup(subject);
        await refused(
          subject.iot.createThingGroup({
            thingGroupName,
            thingGroupProperties: { thingGroupDescription: "another" },
          }),
          "409 ResourceAlreadyExistsException",
        );
      },
    },
    {
      id: "thing-groups/create/unknown-parent",
      title: "CreateThingGroup within an unknown group is refused",
      source,
      confidence: "recalled",
      run: ({ iot, name }) =>
        refused(
          iot.createThingGroup({ thingGroupName: name("group"), parentGroupName: name("none") }),
          "404 ResourceNotFoundException",
          "400 InvalidRequestException",
        ),
    },
    {
      id: "thing-groups/create/depth",
      title: "A hierarchy of groups may be seven deep, not eight",
      source: quotas,
      confidence: "doc",
      run: async (subject) => {
        let parent = await createGroup(subject);
        for (let depth = 2; depth <= 7; depth += 1) parent = await createGroup(subject, parent);
        await refused(createGroup(subject, parent), "400 InvalidRequestException");
      },
    },
    {
      id: "thing-groups/describe/parents",
      title: "DescribeThingGroup tells the parent and the way from the root",
      source,
      confidence: "model",
      run: async (subject) => {
        const root = await createGroup(subject);
        const child = await createGroup(subject, root);
        const { thingGroupMetadata, version } = await subject.iot.describeThingGroup({
          thingGroupName: child,
        });
        equal(thingGroupMetadata?.parentGroupName, root);
        equal(
          thingGroupMetadata?.rootToParentThingGroups?.map(({ groupName }) => groupName),
          [root],
        );
        equal(version, 1);
      },
    },
    {
      id: "thing-groups/describe/unknown",
      title: "DescribeThingGroup of an unknown group is refused",
      source,
      confidence: "model",
      run: ({ iot, name }) =>
        refused(
          iot.describeThingGroup({ thingGroupName: name("none") }),
          "404 ResourceNotFoundException",
        ),
    },
    {
      id: "thing-groups/members/add",
      title: "A thing that is added is among the group's things, and the group among its groups",
      source,
      confidence: "model",
      run: async (subject) => {
        const thingGroupName = await createGroup(subject);
        const thingName = await subject.thing();
        await subject.iot.addThingToThingGroup({ thingGroupName, thingName });
        const { things } = await subject.iot.listThingsInThingGroup({ thingGroupName });
        equal(things, [thingName]);
        const groups = await subject.iot.listThingGroupsForThing({ thingName });
        equal(
          groups.thingGroups?.map(({ groupName }) => groupName),
          [thingGroupName],
        );
      },
    },
    {
      id: "thing-groups/members/add-again",
      title: "Adding a thing that is in the group already succeeds",
      source,
      confidence: "recalled",
      run: async (subject) => {
        const thingGroupName = await createGroup(subject);
        const thingName = await subject.thing();
        await subject.iot.addThingToThingGroup({ thingGroupName, thingName });
        await subject.iot.addThingToThingGroup({ thingGroupName, thingName });
      },
    },
    {
      id: "thing-groups/members/add-by-arn",
      title: "A thing can be added by ARNs",
      source,
      confidence: "model",
      run: async (subject) => {
        const thingGroupName = await createGroup(subject);
        const thingName = await subject.thing();
        await subject.iot.addThingToThingGroup({
          thingGroupArn: subject.arn(`thinggroup/${thingGroupName}`),
          thingArn: subject.arn(`thing/${thingName}`),
        });
        const { things } = await subject.iot.listThingsInThingGroup({ thingGroupName });
        equal(things, [thingName]);
      },
    },
    {
      id: "thing-groups/members/add-unknown",
      title: "An unknown thing cannot be added",
      source,
      confidence: "model",
      run: async (subject) => {
        const thingGroupName = await createGroup(subject);
        await refused(
          subject.iot.addThingToThingGroup({ thingGroupName, thingName: subject.name("none") }),
          "404 ResourceNotFoundException",
        );
      },
    },
    {
      id: "thing-groups/members/two-of-a-hierarchy",
      title: "A thing may not be in two groups of one hierarchy",
      source: quotas,
      confidence: "doc",
      run: async (subject) => {
        const root = await createGroup(subject);
        const child = await createGroup(subject, root);
        const thingName = await subject.thing();
        await subject.iot.addThingToThingGroup({ thingGroupName: root, thingName });
        await refused(
          subject.iot.addThingToThingGroup({ thingGroupName: child, thingName }),
          "400 InvalidRequestException",
        );
      },
    },
    {
      id: "thing-groups/members/ten",
      title: "A thing may be in ten groups, not eleven",
      source: quotas,
      confidence: "doc",
      run: async (subject) => {
        const thingName = await subject.thing();
        const add = async () => {
          const thingGroupName = await createGroup(subject);
          await subject.iot.addThingToThingGroup({ thingGroupName, thingName });
        };
        for (let count = 0; count < 10; count += 1) await add();
        await refused(add(), "400 InvalidRequestException", "410 LimitExceededException");
      },
    },
    {
      id: "thing-groups/members/recursive",
      title: "ListThingsInThingGroup tells things of child groups only when asked for",
      source,
      confidence: "model",
      run: async (subject) => {
        const root = await createGroup(subject);
        const child = await createGroup(subject, root);
        const thingName = await subject.thing();
        await subject.iot.addThingToThingGroup({ thingGroupName: child, thingName });
        const shallow = await subject.iot.listThingsInThingGroup({ thingGroupName: root });
        equal(shallow.things, []);
        const deep = await subject.iot.listThingsInThingGroup({
          thingGroupName: root,
          recursive: true,
        });
        equal(deep.things, [thingName]);
      },
    },
    {
      id: "thing-groups/members/remove",
      title: "A thing that is removed is in the group no more",
      source,
      confidence: "model",
      run: async (subject) => {
        const thingGroupName = await createGroup(subject);
        const thingName = await subject.thing();
        await subject.iot.addThingToThingGroup({ thingGroupName, thingName });
        await subject.iot.removeThingFromThingGroup({ thingGroupName, thingName });
        const { things } = await subject.iot.listThingsInThingGroup({ thingGroupName });
        equal(things, []);
      },
    },
    {
      id: "thing-groups/delete/with-children",
      title: "A group with child groups cannot be deleted",
      source: "https://docs.aws.amazon.com/iot/latest/developerguide/thing-groups.html",
      confidence: "doc",
      run: async (subject) => {
        const root = await createGroup(subject);
        await createGroup(subject, root);
        await refused(
          subject.iot.deleteThingGroup({ thingGroupName: root }),
          "400 InvalidRequestException",
        );
      },
    },
    {
      id: "thing-groups/delete/missing",
      title: "DeleteThingGroup of a group that is not there succeeds",
      source,
      confidence: "model",
      run: ({ iot, name }) => iot.deleteThingGroup({ thingGroupName: name("none") }),
    },
  ],
};
