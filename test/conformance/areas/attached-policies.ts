import type { Area } from "../conformance-case.ts";
import { equal, refused } from "../expect.ts";
import type { Subject } from "../subject/subject.ts";

const source = "AWS_FACTS section 4";
const quotas = "AWS_FACTS section 5";

const anyStatement = { Action: "iot:Connect", Resource: "*" } as const;

async function createGroup({ iot, name, arn }: Subject, parentGroupName?: string) {
  const thingGroupName = name("group");
  await iot.createThingGroup({ thingGroupName, ...(parentGroupName && { parentGroupName }) });
  return { thingGroupName, arn: arn(`thinggroup/${thingGroupName}`) };
}

const namesOf = async ({ iot }: Subject, target: string, recursive = false) => {
  const { policies = [] } = await iot.listAttachedPolicies({ target, recursive });
  return policies.map(({ policyName }) => policyName ?? "").toSorted();
};

export const attachedPolicies: Area = {
  name: "attached-policies",
  cases: [
    {
      id: "attached-policies/attach/lists",
      title: "An attached policy is among the certificate's policies, the certificate its target",
      source,
      confidence: "model",
      run: async (subject) => {
        const { arn } = await subject.device({ bare: true });
        const policyName = await subject.attachPolicy(arn, anyStatement);
        equal(await namesOf(subject, arn), [policyName]);
        const { targets } = await subject.iot.listTargetsForPolicy({ policyName });
        equal(targets, [arn]);
      },
    },
    {
      id: "attached-policies/attach/again",
      title: "Attaching again succeeds",
      source: "AWS_FACTS section 10",
      confidence: "recalled",
      run: async (subject) => {
        const { arn } = await subject.device({ bare: true });
        const policyName = await subject.attachPolicy(arn, anyStatement);
        await subject.iot.attachPolicy({ policyName, target: arn });
        equal(await namesOf(subject, arn), [policyName]);
      },
    },
    {
      id: "attached-policies/attach/unknown-policy",
      title: "Attaching an unknown policy is refused",
      source,
      confidence: "model",
      run: async (subject) => {
        const { arn } = await subject.device({ bare: true });
        await refused(
          subject.iot.attachPolicy({ policyName: subject.name("none"), target: arn }),
          "404 ResourceNotFoundException",
        );
      },
    },
    {
      id: "attached-policies/attach/unknown-target",
      title: "Attaching to an unknown certificate is refused",
      source,
      confidence: "model",
      run: async (subject) => {
        await refused(
          subject.attachPolicy(subject.arn(`cert/${"0".repeat(64)}`), anyStatement),
          "404 ResourceNotFoundException",
        );
      },
    },
    {
      id: "attached-policies/attach/ten",
      title: "A certificate may have ten policies, not eleven",
      source: quotas,
      confidence: "doc",
      run: async (subject) => {
        const { arn } = await subject.device({ bare: true });
        for (let count = 0; count < 10; count += 1) await subject.attachPolicy(arn, anyStatement);
        await refused(subject.attachPolicy(arn, anyStatement), "410 LimitExceededException");
      },
    },
    {
      id: "attached-policies/attach/group-two",
      title: "A thing group may have two policies, not three",
      source: quotas,
      confidence: "doc",
      run: async (subject) => {
        const { arn } = await createGroup(subject);
        await subject.attachPolicy(arn, anyStatement);
        await subject.attachPolicy(arn, anyStatement);
        await refused(subject.attachPolicy(arn, anyStatement), "410 LimitExceededException");
      },
    },
    {
      id: "attached-policies/list/recursive",
      title: "ListAttachedPolicies tells the parent group's policies only when asked for",
      source,
      confidence: "model",
      run: async (subject) => {
        const root = await createGroup(subject);
        const child = await createGroup(subject, root.thingGroupName);
        const ofRoot = await subject.attachPolicy(root.arn, anyStatement);
        const ofChild = await subject.attachPolicy(child.arn, anyStatement);
        equal(await namesOf(subject, child.arn), [ofChild]);
        equal(await namesOf(subject, child.arn, true), [ofRoot, ofChild].toSorted());
      },
    },
    {
      id: "attached-policies/detach/gone",
      title: "A detached policy is gone from the list",
      source,
      confidence: "model",
      run: async (subject) => {
        const { arn } = await subject.device({ bare: true });
        const policyName = await subject.attachPolicy(arn, anyStatement);
        await subject.iot.detachPolicy({ policyName, target: arn });
        equal(await namesOf(subject, arn), []);
      },
    },
    {
      id: "attached-policies/detach/not-attached",
      title: "Detaching a policy that is not attached succeeds",
      source: "AWS_FACTS section 9",
      confidence: "inferred",
      run: async (subject) => {
        const first = await subject.device({ bare: true });
        const second = await subject.device({ bare: true });
        const policyName = await subject.attachPolicy(first.arn, anyStatement);
        await subject.iot.detachPolicy({ policyName, target: second.arn });
      },
    },
  ],
};
