import type { Area } from "../conformance-case.ts";
import { equal, includes, present, refused } from "../expect.ts";
import type { Subject } from "../subject/subject.ts";

const source = "AWS_FACTS section 4";
const quotas = "AWS_FACTS section 5";

const toDocument = (resource: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "iot:Connect", Resource: resource }],
  });

async function createPolicy({ iot, name, arn }: Subject): Promise<string> {
  const policyName = name("policy");
  await iot.createPolicy({ policyName, policyDocument: toDocument(arn("client/a")) });
  return policyName;
}

export const policies: Area = {
  name: "policies",
  cases: [
    {
      id: "policies/create/members",
      title: "CreatePolicy answers name, ARN, document and version 1",
      source,
      confidence: "model",
      run: async ({ iot, name, arn }) => {
        const policyName = name("policy");
        const policyDocument = toDocument(arn("client/a"));
        includes(await iot.createPolicy({ policyName, policyDocument }), {
          policyName,
          policyArn: arn(`policy/${policyName}`),
          policyDocument,
          policyVersionId: "1",
        });
      },
    },
    {
      id: "policies/create/again",
      title: "CreatePolicy of a name that is there is refused",
      source,
      confidence: "model",
      run: async (subject) => {
        const policyName = await createPolicy(subject);
        await refused(
          subject.iot.createPolicy({
            policyName,
            policyDocument: toDocument(subject.arn("client/a")),
          }),
          "409 ResourceAlreadyExistsException",
        );
      },
    },
    {
      id: "policies/create/not-json",
      title: "A document that is no JSON is refused",
      source,
      confidence: "model",
      run: ({ iot, name }) =>
        refused(
          iot.createPolicy({ policyName: name("policy"), policyDocument: "{" }),
          "400 MalformedPolicyException",
        ),
    },
    {
      id: "policies/create/no-effect",
      title: "A statement without effect is refused",
      source,
      confidence: "inferred",
      run: ({ iot, name }) =>
        refused(
          iot.createPolicy({
            policyName: name("policy"),
            policyDocument: JSON.stringify({
              Version: "2012-10-17",
              Statement: [{ Action: "iot:Connect", Resource: "*" }],
            }),
          }),
          "400 MalformedPolicyException",
        ),
    },
    {
      id: "policies/create/size",
      title: "A document may have 2,048 characters beside white space, not more",
      source: quotas,
      confidence: "doc",
      run: async ({ iot, name, arn }) => {
        const client = arn("client/");
        const empty = toDocument(client).length;
        const ofSize = (size: number) =>
          toDocument(client.padEnd(client.length + size - empty, "x"));
        const spaced = JSON.stringify(JSON.parse(ofSize(2048)), null, 4);
        await iot.createPolicy({ policyName: name("policy"), policyDocument: spaced });
        await refused(
          iot.createPolicy({ policyName: name("policy"), policyDocument: ofSize(2049) }),
          "400 MalformedPolicyException",
          "400 InvalidRequestException",
          "410 LimitExceededException",
        );
      },
    },
    {
      id: "policies/create/name-pattern",
      title: "A policy's name with a space is refused",
      source: quotas,
      confidence: "model",
      run: ({ iot, name }) =>
        refused(
          iot.createPolicy({ policyName: `${name()} x`, policyDocument: toDocument("*") }),
          "400 InvalidRequestException",
        ),
    },
    {
      id: "policies/get/members",
      title: "GetPolicy answers the document of the default version",
      source,
      confidence: "model",
      run: async (subject) => {
        const policyName = await createPolicy(subject);
        const answer = await subject.iot.getPolicy({ policyName });
        includes(answer, {
          policyName,
          policyDocument: toDocument(subject.arn("client/a")),
          defaultVersionId: "1",
        });
        present(answer.creationDate, "creationDate");
        present(answer.generationId, "generationId");
      },
    },
    {
      id: "policies/get/unknown",
      title: "GetPolicy of an unknown policy is refused",
      source,
      confidence: "model",
      run: ({ iot, name }) =>
        refused(iot.getPolicy({ policyName: name("none") }), "404 ResourceNotFoundException"),
    },
    {
      id: "policies/versions/not-default",
      title: "A new version is not the default unless asked for",
      source,
      confidence: "model",
      run: async (subject) => {
        const policyName = await createPolicy(subject);
        includes(
          await subject.iot.createPolicyVersion({
            policyName,
            policyDocument: toDocument(subject.arn("client/b")),
          }),
          { policyVersionId: "2", isDefaultVersion: false },
        );
        equal((await subject.iot.getPolicy({ policyName })).defaultVersionId, "1");
      },
    },
    {
      id: "policies/versions/set-as-default",
      title: "A new version set as default is what GetPolicy answers",
      source,
      confidence: "model",
      run: async (subject) => {
        const policyName = await createPolicy(subject);
        const policyDocument = toDocument(subject.arn("client/b"));
        await subject.iot.createPolicyVersion({ policyName, policyDocument, setAsDefault: true });
        includes(await subject.iot.getPolicy({ policyName }), {
          policyDocument,
          defaultVersionId: "2",
        });
        await subject.iot.setDefaultPolicyVersion({ policyName, policyVersionId: "1" });
        equal((await subject.iot.getPolicy({ policyName })).defaultVersionId, "1");
      },
    },
    {
      id: "policies/versions/five",
      title: "A policy may have five versions, not six",
      source: quotas,
      confidence: "doc",
      run: async (subject) => {
        const policyName = await createPolicy(subject);
        const add = () =>
          subject.iot.createPolicyVersion({
            policyName,
            policyDocument: toDocument(subject.arn("client/b")),
          });
        for (let count = 2; count <= 5; count += 1) await add();
        await refused(add(), "409 VersionsLimitExceededException");
      },
    },
    {
      id: "policies/versions/delete-default",
      title: "The default version cannot be deleted by itself",
      source,
      confidence: "model",
      run: async (subject) => {
        const policyName = await createPolicy(subject);
        await refused(
          subject.iot.deletePolicyVersion({ policyName, policyVersionId: "1" }),
          "409 DeleteConflictException",
        );
      },
    },
    {
      id: "policies/versions/numbers",
      title: "The number of a deleted version is not used again",
      source,
      confidence: "recalled",
      run: async (subject) => {
        const policyName = await createPolicy(subject);
        const add = () =>
          subject.iot.createPolicyVersion({
            policyName,
            policyDocument: toDocument(subject.arn("client/b")),
          });
        await add();
        await subject.iot.deletePolicyVersion({ policyName, policyVersionId: "2" });
        equal((await add()).policyVersionId, "3");
      },
    },
    {
      id: "policies/delete/attached",
      title: "A policy with a target cannot be deleted",
      source,
      confidence: "model",
      run: async (subject) => {
        const policyName = await createPolicy(subject);
        const { arn } = await subject.device({ bare: true });
        await subject.iot.attachPolicy({ policyName, target: arn });
        await refused(subject.iot.deletePolicy({ policyName }), "409 DeleteConflictException");
      },
    },
    {
      id: "policies/delete/versions",
      title: "A policy with other versions than the default cannot be deleted",
      source,
      confidence: "model",
      run: async (subject) => {
        const policyName = await createPolicy(subject);
        await subject.iot.createPolicyVersion({
          policyName,
          policyDocument: toDocument(subject.arn("client/b")),
        });
        await refused(subject.iot.deletePolicy({ policyName }), "409 DeleteConflictException");
      },
    },
    {
      id: "policies/delete/gone",
      title: "A deleted policy is gone",
      source,
      confidence: "model",
      run: async (subject) => {
        const policyName = await createPolicy(subject);
        await subject.iot.deletePolicy({ policyName });
        await refused(subject.iot.getPolicy({ policyName }), "404 ResourceNotFoundException");
      },
    },
  ],
};
