import type { ActionType } from "@aws-sdk/client-iot";
import type { Area } from "../conformance-case.ts";
import { equal, refused } from "../expect.ts";
import type { Subject } from "../subject/subject.ts";

const source = "AWS_FACTS section 4";

const ask = async (
  { iot }: Subject,
  principal: string,
  actionType: ActionType,
  resource: string,
  clientId?: string,
) => {
  const { authResults = [] } = await iot.testAuthorization({
    principal,
    ...(clientId && { clientId }),
    authInfos: [{ actionType, resources: [resource] }],
  });
  return authResults.map(({ authDecision }) => authDecision);
};

export const effectivePolicies: Area = {
  name: "effective-policies",
  cases: [
    {
      id: "effective-policies/get/of-certificate",
      title: "GetEffectivePolicies tells the policies of the certificate, with their documents",
      source,
      confidence: "model",
      run: async (subject) => {
        const { arn } = await subject.device({ bare: true });
        const policyName = await subject.attachPolicy(arn, {
          Action: "iot:Connect",
          Resource: "*",
        });
        const { policyDocument } = await subject.iot.getPolicy({ policyName });
        const answer = await subject.iot.getEffectivePolicies({ principal: arn });
        equal(answer.effectivePolicies, [
          { policyName, policyArn: subject.arn(`policy/${policyName}`), policyDocument },
        ]);
      },
    },
    {
      id: "effective-policies/get/of-groups",
      title: "With a thing's name, the policies of its groups and their parents are told too",
      source: "AWS_FACTS section 7",
      confidence: "doc",
      run: async (subject) => {
        const { iot, name, arn } = subject;
        const device = await subject.device({ bare: true });
        const thingName = await subject.thing({ attachedTo: device });
        const [root, child] = [name("root"), name("child")];
        await iot.createThingGroup({ thingGroupName: root });
        await iot.createThingGroup({ thingGroupName: child, parentGroupName: root });
        await iot.addThingToThingGroup({ thingGroupName: child, thingName });
        const policyName = await subject.attachPolicy(arn(`thinggroup/${root}`), {
          Action: "iot:Connect",
          Resource: "*",
        });
        const answer = await iot.getEffectivePolicies({ principal: device.arn, thingName });
        equal(
          answer.effectivePolicies?.map((each) => each.policyName),
          [policyName],
        );
      },
    },
    {
      id: "effective-policies/get/unknown",
      title: "GetEffectivePolicies of an unknown certificate is refused",
      source,
      confidence: "model",
      run: ({ iot, arn }) =>
        refused(
          iot.getEffectivePolicies({ principal: arn(`cert/${"0".repeat(64)}`) }),
          "404 ResourceNotFoundException",
        ),
    },
    {
      id: "effective-policies/test/allowed",
      title: "TestAuthorization says ALLOWED where a policy allows",
      source,
      confidence: "model",
      run: async (subject) => {
        const Resource = subject.arn("topic/a");
        const { arn } = await subject.deviceThatMay({ Action: "iot:Publish", Resource });
        equal(await ask(subject, arn, "PUBLISH", Resource), ["ALLOWED"]);
      },
    },
    {
      id: "effective-policies/test/implicit-deny",
      title: "TestAuthorization says IMPLICIT_DENY where no policy allows",
      source,
      confidence: "model",
      run: async (subject) => {
        const { arn } = await subject.deviceThatMay({
          Action: "iot:Publish",
          Resource: subject.arn("topic/a"),
        });
        equal(await ask(subject, arn, "PUBLISH", subject.arn("topic/b")), ["IMPLICIT_DENY"]);
      },
    },
    {
      id: "effective-policies/test/explicit-deny",
      title: "TestAuthorization says EXPLICIT_DENY where a statement denies",
      source,
      confidence: "model",
      run: async (subject) => {
        const { arn } = await subject.deviceThatMay(
          { Action: "iot:Publish", Resource: "*" },
          { Effect: "Deny", Action: "iot:Publish", Resource: subject.arn("topic/b") },
        );
        equal(await ask(subject, arn, "PUBLISH", subject.arn("topic/b")), ["EXPLICIT_DENY"]);
      },
    },
    {
      id: "effective-policies/test/changes-nothing",
      title: "TestAuthorization leaves a policy to attach in thought out of the account",
      source,
      confidence: "model",
      run: async (subject) => {
        const { iot, arn } = subject;
        const other = await subject.device({ bare: true });
        const policyName = await subject.attachPolicy(other.arn, {
          Action: "iot:Publish",
          Resource: arn("topic/a"),
        });
        const device = await subject.device({ bare: true });
        const { authResults = [] } = await iot.testAuthorization({
          principal: device.arn,
          authInfos: [{ actionType: "PUBLISH", resources: [arn("topic/a")] }],
          policyNamesToAdd: [policyName],
        });
        equal(
          authResults.map(({ authDecision }) => authDecision),
          ["ALLOWED"],
        );
        equal((await iot.listAttachedPolicies({ target: device.arn })).policies, []);
      },
    },
  ],
};
