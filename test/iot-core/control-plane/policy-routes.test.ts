import { describe, expect, test } from "vitest";
import { arnOf, type Refused, refusalOf, registerDevice, startStandIn, today } from "../support.ts";

const allow = { Effect: "Allow", Action: "iot:Connect", Resource: "*" };

function policyOf(statement: unknown, rest: object = { Version: "2012-10-17" }): string {
  return JSON.stringify({ ...rest, Statement: statement });
}

const policyDocument = policyOf(allow);

describe("CreatePolicy", () => {
  test("creates a policy that GetPolicy shows", async () => {
    const { iot } = await startStandIn();
    const policyName = "aZ09_+=,.@-";
    expect(await iot.createPolicy({ policyName, policyDocument })).toMatchObject({
      policyName,
      policyArn: arnOf(`policy/${policyName}`),
      policyDocument,
      policyVersionId: "1",
    });
    expect(await iot.getPolicy({ policyName })).toMatchObject({
      policyName,
      policyDocument,
      defaultVersionId: "1",
      creationDate: today,
      lastModifiedDate: today,
    });
  });

  test("is refused when the policy is there, even with the same document", async () => {
    const { iot } = await startStandIn();
    await iot.createPolicy({ policyName: "p", policyDocument });
    expect(await refusalOf(iot.createPolicy({ policyName: "p", policyDocument }))).toBe(
      "409 ResourceAlreadyExistsException",
    );
  });

  const padding = (length: number) => "x".repeat(length - policyOf({ ...allow, Sid: "" }).length);
  const accepted: readonly { name: string; document: string }[] = [
    { name: "several statements", document: policyOf([allow, { ...allow, Effect: "Deny" }]) },
    {
      name: "lists, conditions and wildcards",
      document: policyOf({
        Effect: "Allow",
        Action: ["iot:*", "iot:Publish"],
        Resource: [arnOf("topic/dt/${iot:Connection.Thing.ThingName}/*"), "*"],
        Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
      }),
    },
    { name: "2048 characters", document: policyOf({ ...allow, Sid: padding(2048) }) },
    {
      name: "2048 characters and white space around them",
      document: ` \n${policyOf({ ...allow, Sid: padding(2048) })}\t `,
    },
  ];
  test.for(accepted)("accepts $name", async ({ document }) => {
    const { iot } = await startStandIn();
    await iot.createPolicy({ policyName: "p", policyDocument: document });
    expect(await iot.getPolicy({ policyName: "p" })).toMatchObject({ policyDocument: document });
  });

  const malformed: readonly { name: string; document: string }[] = [
    { name: "2049 characters", document: policyOf({ ...allow, Sid: padding(2049) }) },
    { name: "what is not JSON", document: "{" },
    { name: "what is no object", document: "[]" },
    { name: "no version", document: policyOf(allow, {}) },
    { name: "another version", document: policyOf(allow, { Version: "2026-01-01" }) },
    { name: "no statement", document: policyOf([]) },
    { name: "an unknown effect", document: policyOf({ ...allow, Effect: "Maybe" }) },
    { name: "an action without its service", document: policyOf({ ...allow, Action: "Connect" }) },
    { name: "no action", document: policyOf({ Effect: "Allow", Resource: "*" }) },
    { name: "a resource that is no ARN", document: policyOf({ ...allow, Resource: "lamp" }) },
    { name: "an element of IAM's", document: policyOf({ ...allow, Principal: "*" }) },
    { name: "a condition without an operator", document: policyOf({ ...allow, Condition: "x" }) },
  ];
  test.for(malformed)("refuses $name", async ({ document }) => {
    const { iot } = await startStandIn();
    const created = iot.createPolicy({ policyName: "p", policyDocument: document });
    expect(await refusalOf(created)).toBe("400 MalformedPolicyException");
  });
});

describe("the versions of a policy", () => {
  test("are five at most, and their ids are never given twice", async () => {
    const { iot } = await startStandIn();
    const policyName = "p";
    const addVersion = (setAsDefault: boolean) =>
      iot.createPolicyVersion({ policyName, policyDocument, setAsDefault });
    await iot.createPolicy({ policyName, policyDocument });
    for (const id of ["2", "3", "4"]) {
      expect(await addVersion(false)).toMatchObject({
        policyVersionId: id,
        isDefaultVersion: false,
      });
    }
    expect(await addVersion(true)).toMatchObject({ policyVersionId: "5", isDefaultVersion: true });
    expect(await refusalOf(addVersion(false))).toBe("409 VersionsLimitExceededException");
    await iot.setDefaultPolicyVersion({ policyName, policyVersionId: "1" });
    await iot.deletePolicyVersion({ policyName, policyVersionId: "5" });
    expect(await addVersion(false)).toMatchObject({ policyVersionId: "6" });
    const { policyVersions = [] } = await iot.listPolicyVersions({ policyName });
    expect(policyVersions.map((version) => version.versionId)).toEqual(["1", "2", "3", "4", "6"]);
    expect(await iot.getPolicyVersion({ policyName, policyVersionId: "6" })).toMatchObject({
      policyDocument,
      isDefaultVersion: false,
    });
  });

  test("must be well formed and of a policy that exists", async () => {
    const { iot } = await startStandIn();
    const version = { policyName: "p", policyDocument };
    expect(await refusalOf(iot.createPolicyVersion(version))).toBe("404 ResourceNotFoundException");
    await iot.createPolicy(version);
    expect(await refusalOf(iot.createPolicyVersion({ ...version, policyDocument: "{" }))).toBe(
      "400 MalformedPolicyException",
    );
    expect(
      await refusalOf(iot.deletePolicyVersion({ policyName: "p", policyVersionId: "1" })),
    ).toBe("409 DeleteConflictException");
    expect(await refusalOf(iot.getPolicyVersion({ policyName: "p", policyVersionId: "2" }))).toBe(
      "404 ResourceNotFoundException",
    );
  });
});

describe("DeletePolicy", () => {
  test("waits for the policy to be detached and to have one version", async () => {
    const { iot } = await startStandIn();
    const { arn: target } = await registerDevice(iot);
    const policyName = "p";
    await iot.createPolicy({ policyName, policyDocument });
    await iot.attachPolicy({ policyName, target });
    expect(await refusalOf(iot.deletePolicy({ policyName }))).toBe("409 DeleteConflictException");
    await iot.detachPolicy({ policyName, target });
    await iot.createPolicyVersion({ policyName, policyDocument });
    expect(await refusalOf(iot.deletePolicy({ policyName }))).toBe("409 DeleteConflictException");
    await iot.deletePolicyVersion({ policyName, policyVersionId: "2" });
    await iot.deletePolicy({ policyName });
    expect(await refusalOf(iot.getPolicy({ policyName }))).toBe("404 ResourceNotFoundException");
    expect(await refusalOf(iot.deletePolicy({ policyName }))).toBe("404 ResourceNotFoundException");
  });
});

describe("AttachPolicy", () => {
  async function setup() {
    const { iot } = await startStandIn();
    const { arn: certificate } = await registerDevice(iot);
    await iot.createThingGroup({ thingGroupName: "house" });
    await iot.createThingGroup({ thingGroupName: "room", parentGroupName: "house" });
    for (let number = 1; number <= 11; number += 1) {
      await iot.createPolicy({ policyName: `p${number}`, policyDocument });
    }
    return { iot, certificate };
  }

  const limits = [
    { name: "ten policies to a certificate", limit: 10, group: undefined },
    { name: "two policies to a thing group", limit: 2, group: arnOf("thinggroup/room") },
  ];
  test.for(limits)("attaches $name, and again without effect", async ({ limit, group }) => {
    const { iot, certificate } = await setup();
    const target = group ?? certificate;
    for (let number = 1; number <= limit; number += 1) {
      await iot.attachPolicy({ policyName: `p${number}`, target });
    }
    await iot.attachPolicy({ policyName: "p1", target });
    expect(await refusalOf(iot.attachPolicy({ policyName: `p${limit + 1}`, target }))).toBe(
      "410 LimitExceededException",
    );
    expect((await iot.listAttachedPolicies({ target })).policies).toHaveLength(limit);
    expect((await iot.listTargetsForPolicy({ policyName: "p1" })).targets).toEqual([target]);
    await iot.detachPolicy({ policyName: "p1", target });
    await iot.detachPolicy({ policyName: "p1", target });
    expect((await iot.listAttachedPolicies({ target })).policies).toHaveLength(limit - 1);
  });

  test("lets ListAttachedPolicies look into the groups above, when asked to", async () => {
    const { iot } = await setup();
    await iot.attachPolicy({ policyName: "p1", target: arnOf("thinggroup/house") });
    await iot.attachPolicy({ policyName: "p2", target: arnOf("thinggroup/room") });
    const list = async (recursive: boolean) =>
      (await iot.listAttachedPolicies({ target: arnOf("thinggroup/room"), recursive })).policies;
    expect(await list(false)).toEqual([{ policyName: "p2", policyArn: arnOf("policy/p2") }]);
    expect(await list(true)).toHaveLength(2);
  });

  const unknownCertificate = arnOf(`cert/${"0".repeat(64)}`);
  const refusals: readonly Refused[] = [
    {
      name: "a policy that does not exist",
      call: (iot) => iot.attachPolicy({ policyName: "none", target: arnOf("thinggroup/room") }),
      refusal: "404 ResourceNotFoundException",
    },
    {
      name: "a certificate that does not exist",
      call: (iot) => iot.attachPolicy({ policyName: "p1", target: unknownCertificate }),
      refusal: "404 ResourceNotFoundException",
    },
    {
      name: "a group that does not exist",
      call: (iot) => iot.attachPolicy({ policyName: "p1", target: arnOf("thinggroup/none") }),
      refusal: "404 ResourceNotFoundException",
    },
    {
      name: "a thing, which has no policies",
      call: (iot) => iot.attachPolicy({ policyName: "p1", target: arnOf("thing/lamp") }),
      refusal: "400 InvalidRequestException",
    },
    {
      name: "a target in another Region",
      call: (iot) =>
        iot.attachPolicy({
          policyName: "p1",
          target: arnOf("thinggroup/room").replace("eu-central-1", "us-east-1"),
        }),
      refusal: "400 InvalidRequestException",
    },
  ];
  test.for(refusals)("refuses $name", async ({ call, refusal }) => {
    const { iot } = await setup();
    expect(await refusalOf(call(iot))).toBe(refusal);
  });
});
