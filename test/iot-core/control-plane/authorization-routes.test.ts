import type {
  AuthInfo,
  GetEffectivePoliciesCommandInput,
  TestAuthorizationCommandInput,
} from "@aws-sdk/client-iot";
import { describe, expect, test } from "vitest";
import { arnOf, issue, type Refused, refusalOf, startStandIn } from "../support.ts";

const connectAsThing = {
  Effect: "Allow",
  Action: "iot:Connect",
  Resource: arnOf("client/${iot:Connection.Thing.ThingName}"),
  Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
};
const publishByName = {
  Effect: "Allow",
  Action: "iot:Publish",
  Resource: arnOf("topic/${iot:Certificate.Subject.CommonName}/*"),
};
const denySecret = { Effect: "Deny", Action: "iot:Publish", Resource: arnOf("topic/*/secret") };

const toDocument = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement });

/** `own` is on the certificate of lamp, `room` and `house` on the groups that lamp is in. */
async function setup() {
  const { iot } = await startStandIn();
  const { pem: certificatePem, id } = await issue({ name: "CN=serial-7" });
  const principal = arnOf(`cert/${id}`);
  await iot.registerCertificateWithoutCA({ certificatePem });
  await iot.createThingGroup({ thingGroupName: "house" });
  await iot.createThingGroup({ thingGroupName: "room", parentGroupName: "house" });
  const policies = {
    own: { document: connectAsThing, target: principal },
    room: { document: publishByName, target: arnOf("thinggroup/room") },
    house: { document: denySecret, target: arnOf("thinggroup/house") },
  };
  for (const [policyName, { document, target }] of Object.entries(policies)) {
    await iot.createPolicy({ policyName, policyDocument: toDocument(document) });
    await iot.attachPolicy({ policyName, target });
  }
  await iot.createThing({ thingName: "lamp" });
  await iot.createThing({ thingName: "chair" });
  await iot.addThingToThingGroup({ thingName: "lamp", thingGroupName: "room" });
  await iot.attachThingPrincipal({ thingName: "lamp", principal });
  return { iot, principal };
}

describe("GetEffectivePolicies", () => {
  const cases: readonly {
    name: string;
    request: (principal: string) => GetEffectivePoliciesCommandInput;
    found: readonly string[];
  }[] = [
    { name: "a certificate", request: (principal) => ({ principal }), found: ["own"] },
    {
      name: "a certificate and its thing",
      request: (principal) => ({ principal, thingName: "lamp" }),
      found: ["own", "room", "house"],
    },
    {
      name: "a certificate and a thing that it is not attached to",
      request: (principal) => ({ principal, thingName: "chair" }),
      found: ["own"],
    },
    { name: "a thing alone", request: () => ({ thingName: "lamp" }), found: ["room", "house"] },
    {
      name: "a thing group",
      request: () => ({ principal: arnOf("thinggroup/room") }),
      found: ["room", "house"],
    },
  ];
  test.for(cases)("tells the policies of $name", async ({ request, found }) => {
    const { iot, principal } = await setup();
    const { effectivePolicies } = await iot.getEffectivePolicies(request(principal));
    expect(effectivePolicies?.map(({ policyName }) => policyName)).toEqual(found);
    expect(effectivePolicies?.[0]).toMatchObject({
      policyArn: arnOf(`policy/${found[0]}`),
      policyDocument: expect.stringContaining("2012-10-17"),
    });
  });

  const refusals: readonly Refused[] = [
    {
      name: "nobody",
      call: (iot) => iot.getEffectivePolicies({}),
      refusal: "400 InvalidRequestException",
    },
    {
      name: "a Cognito identity",
      call: (iot) => iot.getEffectivePolicies({ cognitoIdentityPoolId: "eu-central-1:1" }),
      refusal: "400 NotImplementedException",
    },
    {
      name: "a thing that does not exist",
      call: (iot) => iot.getEffectivePolicies({ thingName: "none" }),
      refusal: "404 ResourceNotFoundException",
    },
  ];
  test.for(refusals)("refuses $name", async ({ call, refusal }) => {
    const { iot } = await setup();
    expect(await refusalOf(call(iot))).toBe(refusal);
  });
});

describe("TestAuthorization", () => {
  const connect: AuthInfo = { actionType: "CONNECT", resources: [arnOf("client/lamp")] };
  const publish = (...topics: readonly string[]): AuthInfo => ({
    actionType: "PUBLISH",
    resources: topics.map((topic) => arnOf(`topic/${topic}`)),
  });

  const cases: readonly {
    name: string;
    request: Omit<TestAuthorizationCommandInput, "principal">;
    decision: string;
  }[] = [
    {
      name: "allows the thing's own client id",
      request: { clientId: "lamp", authInfos: [connect] },
      decision: "ALLOWED",
    },
    {
      name: "allows no client id that is no attached thing's",
      request: { clientId: "chair", authInfos: [connect] },
      decision: "IMPLICIT_DENY",
    },
    {
      name: "knows no thing without a client id",
      request: { authInfos: [connect] },
      decision: "IMPLICIT_DENY",
    },
    {
      name: "fills in the names of the certificate",
      request: { clientId: "lamp", authInfos: [publish("serial-7/a")] },
      decision: "ALLOWED",
    },
    {
      name: "allows several resources only together",
      request: { clientId: "lamp", authInfos: [publish("serial-7/a", "serial-8/a")] },
      decision: "IMPLICIT_DENY",
    },
    {
      name: "denies what a group above the thing denies",
      request: { clientId: "lamp", authInfos: [publish("serial-7/secret", "serial-7/a")] },
      decision: "EXPLICIT_DENY",
    },
    {
      name: "leaves out policies to skip",
      request: {
        clientId: "lamp",
        authInfos: [publish("serial-7/secret")],
        policyNamesToSkip: ["house"],
      },
      decision: "ALLOWED",
    },
    {
      name: "takes policies to add",
      request: { authInfos: [publish("serial-7/a")], policyNamesToAdd: ["room"] },
      decision: "ALLOWED",
    },
  ];
  test.for(cases)("$name", async ({ request, decision }) => {
    const { iot, principal } = await setup();
    const { authResults } = await iot.testAuthorization({ ...request, principal });
    expect(authResults?.map(({ authDecision }) => authDecision)).toEqual([decision]);
  });

  test("says for each question which policies allowed and which denied", async () => {
    const { iot, principal } = await setup();
    const { authResults } = await iot.testAuthorization({
      principal,
      clientId: "lamp",
      authInfos: [connect, publish("serial-7/secret")],
    });
    const named = (...names: readonly string[]) => ({
      policies: names.map((name) => ({ policyName: name, policyArn: arnOf(`policy/${name}`) })),
    });
    expect(authResults).toMatchObject([
      {
        authInfo: connect,
        authDecision: "ALLOWED",
        allowed: named("own"),
        denied: { implicitDeny: named("room", "house"), explicitDeny: named() },
      },
      {
        authDecision: "EXPLICIT_DENY",
        allowed: named("room"),
        denied: { implicitDeny: named("own"), explicitDeny: named("house") },
      },
    ]);
  });

  const refusals: readonly Refused[] = [
    {
      name: "nobody",
      call: (iot) => iot.testAuthorization({ authInfos: [connect] }),
      refusal: "400 InvalidRequestException",
    },
    {
      name: "more than ten questions",
      call: (iot) =>
        iot.testAuthorization({ authInfos: Array.from({ length: 11 }, () => connect) }),
      refusal: "400 InvalidRequestException",
    },
    {
      name: "a policy to add that does not exist",
      call: async (iot) => {
        const { certificates: [{ certificateArn: principal } = {}] = [] } =
          await iot.listCertificates({});
        return iot.testAuthorization({
          principal,
          authInfos: [connect],
          policyNamesToAdd: ["none"],
        });
      },
      refusal: "404 ResourceNotFoundException",
    },
  ];
  test.for(refusals)("refuses $name", async ({ call, refusal }) => {
    const { iot } = await setup();
    expect(await refusalOf(call(iot))).toBe(refusal);
  });
});
