import type { RawResponse } from "../../support/service-model.ts";
import { arnOf, issue, issueCa } from "../support.ts";
import { createSigningRequest } from "./signing-request.ts";

type Call = (operation: string, input?: Input) => Promise<RawResponse>;

/** One call, and the status and error name that it is answered with. */
export interface OperationCase {
  readonly operation: string;
  /** Ends the sentence: "has what GetPolicy answers …". */
  readonly name: string;
  readonly input?: (world: World) => Input;
  /** What is done first. */
  readonly before?: (call: Call, world: World) => Promise<unknown>;
  readonly answer: string;
}

type Input = Readonly<Record<string, unknown>>;

type World = Awaited<ReturnType<typeof createWorld>>;

const oneTag = { Key: "stage", Value: "dev" };

const policyDocument = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "iot:Connect", Resource: "*" }],
});

/** Made once: it takes longer than all else, and nothing changes it. */
const [ca, otherCa] = [await issueCa(), await issueCa()];
const [device, spare, fresh] = [await issue(), await issue(), await issue()];
const signed = await issue({ issuer: ca });
const csr = await createSigningRequest();

/** Fills an empty stand-in with at least one of everything. */
export async function createWorld(call: Call, advance: (ms: number) => void) {
  const make = async (operation: string, input?: Input) => {
    const { status, body } = await call(operation, input);
    if (status !== 200) throw new Error(`${operation}: ${body}`);
  };
  const deviceArn = arnOf(`cert/${device.id}`);
  await make("GetRegistrationCode");
  await make("RegisterCACertificate", {
    caCertificate: ca.pem,
    certificateMode: "SNI_ONLY",
    setAsActive: true,
  });
  await make("RegisterCertificateWithoutCA", { certificatePem: device.pem, status: "ACTIVE" });
  await make("RegisterCertificateWithoutCA", { certificatePem: spare.pem });
  await make("CreateThingType", {
    thingTypeName: "bulb",
    thingTypeProperties: { thingTypeDescription: "gives light", searchableAttributes: ["watt"] },
  });
  await make("CreateBillingGroup", { billingGroupName: "shop" });
  await make("CreateThing", {
    thingName: "lamp",
    thingTypeName: "bulb",
    billingGroupName: "shop",
    attributePayload: { attributes: { watt: "10" } },
  });
  await make("CreateThing", { thingName: "chair" });
  await make("AttachThingPrincipal", { thingName: "lamp", principal: deviceArn });
  await make("CreateThingGroup", { thingGroupName: "house" });
  await make("CreateThingGroup", {
    thingGroupName: "room",
    parentGroupName: "house",
    thingGroupProperties: {
      thingGroupDescription: "the hall",
      attributePayload: { attributes: { floor: "1" } },
    },
  });
  await make("AddThingToThingGroup", { thingGroupName: "room", thingName: "lamp" });
  await make("CreatePolicy", { policyName: "open", policyDocument });
  await make("CreatePolicy", { policyName: "unused", policyDocument });
  await make("CreatePolicyVersion", { policyName: "open", policyDocument });
  await make("AttachPolicy", { policyName: "open", target: deviceArn });
  await make("AttachPolicy", { policyName: "open", target: arnOf("thinggroup/house") });
  await make("CreateTopicRule", { ruleName: "light", topicRulePayload });
  return { ca, otherCa, csr, advance, device, spare, fresh, signed, deviceArn };
}

const topicRulePayload = {
  sql: "SELECT * FROM 'a/b'",
  awsIotSqlVersion: "2016-03-23",
  actions: [{ lambda: { functionArn: "arn:aws:lambda:eu-central-1:123456789012:function:on" } }],
};

const none = "0".repeat(64);
const noCertificate = arnOf(`cert/${none}`);

const invalid = "400 InvalidRequestException";
const missing = "404 ResourceNotFoundException";
const exists = "409 ResourceAlreadyExistsException";
const inUse = "409 DeleteConflictException";
const unacceptable = "400 CertificateValidationException";
const wrongState = "406 CertificateStateException";
const malformed = "400 MalformedPolicyException";
const wrongVersion = "409 VersionConflictException";

type Case = readonly [
  name: string,
  answer: string,
  input?: Input | ((world: World) => Input),
  before?: OperationCase["before"],
];

const badPage: Case = ["a page of none", invalid, { pageSize: 0 }];
const badResults: Case = ["a page of none", invalid, { maxResults: 0 }];
const ok: Case = ["a plain request", "200"];

const ofCertificates: Readonly<Record<string, readonly Case[]>> = {
  GetRegistrationCode: [ok],
  DeleteRegistrationCode: [
    ok,
    ["when there is none", missing, {}, (call) => call("DeleteRegistrationCode")],
  ],

  RegisterCACertificate: [
    [
      "SNI_ONLY",
      "200",
      ({ otherCa }) => ({ caCertificate: otherCa.pem, certificateMode: "SNI_ONLY" }),
    ],
    ["a CA again", exists, ({ ca }) => ({ caCertificate: ca.pem, certificateMode: "SNI_ONLY" })],
    [
      "no CA",
      unacceptable,
      ({ fresh }) => ({ caCertificate: fresh.pem, certificateMode: "SNI_ONLY" }),
    ],
    ["no proof in DEFAULT mode", invalid, ({ ca }) => ({ caCertificate: ca.pem })],
    [
      "a proof without the code",
      "400 RegistrationCodeValidationException",
      ({ ca, signed }) => ({ caCertificate: ca.pem, verificationCertificate: signed.pem }),
    ],
    [
      "an eleventh CA of one subject",
      "410 LimitExceededException",
      ({ otherCa }) => ({ caCertificate: otherCa.pem, certificateMode: "SNI_ONLY" }),
      async (call) => {
        for (let count = 2; count <= 10; count += 1) {
          const { pem } = await issueCa();
          await call("RegisterCACertificate", { caCertificate: pem, certificateMode: "SNI_ONLY" });
        }
      },
    ],
  ],
  DescribeCACertificate: [
    ["a CA", "200", ({ ca }) => ({ certificateId: ca.id })],
    ["an unknown one", missing, { certificateId: none }],
  ],
  ListCACertificates: [ok, ["one a page", "200", { pageSize: 1 }], badPage],
  UpdateCACertificate: [
    ["a status", "200", ({ ca }) => ({ certificateId: ca.id, newStatus: "INACTIVE" })],
    ["an unknown one", missing, { certificateId: none, newStatus: "INACTIVE" }],
    ["no status of a CA", invalid, ({ ca }) => ({ certificateId: ca.id, newStatus: "REVOKED" })],
  ],
  TagResource: [
    ["a CA", "200", ({ ca }) => ({ resourceArn: arnOf(`cacert/${ca.id}`), tags: [oneTag] })],
    ["an unknown CA", missing, { resourceArn: arnOf(`cacert/${none}`), tags: [oneTag] }],
    [
      "a key without letters",
      invalid,
      ({ ca }) => ({ resourceArn: arnOf(`cacert/${ca.id}`), tags: [{ Key: "", Value: "x" }] }),
    ],
  ],
  UntagResource: [
    ["a CA", "200", ({ ca }) => ({ resourceArn: arnOf(`cacert/${ca.id}`), tagKeys: ["stage"] })],
    ["an unknown CA", missing, { resourceArn: arnOf(`cacert/${none}`), tagKeys: ["stage"] }],
  ],
  ListTagsForResource: [
    [
      "a CA with one",
      "200",
      ({ ca }) => ({ resourceArn: arnOf(`cacert/${ca.id}`) }),
      (call, { ca }) =>
        call("TagResource", { resourceArn: arnOf(`cacert/${ca.id}`), tags: [oneTag] }),
    ],
    ["an unknown CA", missing, { resourceArn: arnOf(`cacert/${none}`) }],
  ],
  DeleteCACertificate: [
    [
      "an INACTIVE one",
      "200",
      ({ ca }) => ({ certificateId: ca.id }),
      (call, { ca }) =>
        call("UpdateCACertificate", { certificateId: ca.id, newStatus: "INACTIVE" }),
    ],
    ["an ACTIVE one", wrongState, ({ ca }) => ({ certificateId: ca.id })],
    ["an unknown one", missing, { certificateId: none }],
  ],

  RegisterCertificate: [
    ["one that the CA signed", "200", ({ signed }) => ({ certificatePem: signed.pem })],
    ["one of no CA", unacceptable, ({ fresh }) => ({ certificatePem: fresh.pem })],
    [
      "PENDING_ACTIVATION",
      wrongState,
      ({ signed }) => ({ certificatePem: signed.pem, status: "PENDING_ACTIVATION" }),
    ],
    [
      "one of two CAs of one name",
      "409 CertificateConflictException",
      ({ signed }) => ({ certificatePem: signed.pem }),
      (call, { otherCa }) =>
        call("RegisterCACertificate", { caCertificate: otherCa.pem, certificateMode: "SNI_ONLY" }),
    ],
  ],
  RegisterCertificateWithoutCA: [
    ["a certificate", "200", ({ fresh }) => ({ certificatePem: fresh.pem })],
    ["one again", exists, ({ device }) => ({ certificatePem: device.pem })],
    ["no certificate", unacceptable, { certificatePem: "x" }],
  ],
  CreateKeysAndCertificate: [
    ["an active one", "200", { setAsActive: true }],
    ["no boolean", invalid, { setAsActive: "yes" }],
  ],
  CreateCertificateFromCsr: [
    ["a CSR", "200", ({ csr }) => ({ certificateSigningRequest: csr })],
    ["no CSR", invalid, { certificateSigningRequest: "x" }],
  ],
  DescribeCertificate: [
    ["a certificate", "200", ({ device }) => ({ certificateId: device.id })],
    [
      "one of a CA",
      "200",
      ({ signed }) => ({ certificateId: signed.id }),
      (call, { signed }) => call("RegisterCertificate", { certificatePem: signed.pem }),
    ],
    ["an unknown one", missing, { certificateId: none }],
  ],
  UpdateCertificate: [
    ["a status", "200", ({ spare }) => ({ certificateId: spare.id, newStatus: "REVOKED" })],
    [
      "PENDING_TRANSFER",
      wrongState,
      ({ spare }) => ({ certificateId: spare.id, newStatus: "PENDING_TRANSFER" }),
    ],
    ["an unknown one", missing, { certificateId: none, newStatus: "ACTIVE" }],
  ],
  DeleteCertificate: [
    ["an INACTIVE one", "200", ({ spare }) => ({ certificateId: spare.id })],
    ["an ACTIVE one", wrongState, ({ device }) => ({ certificateId: device.id })],
    [
      "one with a thing",
      inUse,
      ({ device }) => ({ certificateId: device.id }),
      (call, { device }) =>
        call("UpdateCertificate", { certificateId: device.id, newStatus: "INACTIVE" }),
    ],
    ["an unknown one", missing, { certificateId: none }],
  ],
  ListCertificates: [ok, ["one a page", "200", { pageSize: 1 }], badPage],
  ListCertificatesByCA: [
    ["a CA", "200", ({ ca }) => ({ caCertificateId: ca.id })],
    ["no id", invalid, { caCertificateId: "x" }],
  ],
};

const ofThings: Readonly<Record<string, readonly Case[]>> = {
  CreateThing: [
    ["another thing", "200", { thingName: "table" }],
    ["other attributes", exists, { thingName: "lamp" }],
    ["an unknown type", missing, { thingName: "table", thingTypeName: "none" }],
    ["an unknown billing group", missing, { thingName: "table", billingGroupName: "none" }],
    ["a name with a slash", invalid, { thingName: "a/b" }],
  ],
  DescribeThing: [
    ["a thing with everything", "200", { thingName: "lamp" }],
    ["a thing with nothing", "200", { thingName: "chair" }],
    ["an unknown one", missing, { thingName: "none" }],
  ],
  UpdateThing: [
    ["a type", "200", { thingName: "chair", thingTypeName: "bulb", expectedVersion: 1 }],
    ["another version", wrongVersion, { thingName: "chair", expectedVersion: 7 }],
    ["an unknown one", missing, { thingName: "none" }],
  ],
  DeleteThing: [
    ["a thing", "200", { thingName: "chair", expectedVersion: 1 }],
    ["an unknown one", "200", { thingName: "none" }],
    ["another version", wrongVersion, { thingName: "chair", expectedVersion: 7 }],
    ["an attached one", invalid, { thingName: "lamp" }],
  ],
  ListThings: [ok, ["one a page", "200", { maxResults: 1 }], badResults],

  AttachThingPrincipal: [
    ["a certificate", "200", ({ deviceArn: principal }) => ({ thingName: "chair", principal })],
    ["an unknown one", missing, { thingName: "chair", principal: noCertificate }],
    [
      "an exclusive thing beside another",
      invalid,
      ({ deviceArn: principal }) => ({
        thingName: "chair",
        principal,
        thingPrincipalType: "EXCLUSIVE_THING",
      }),
    ],
  ],
  DetachThingPrincipal: [
    ["a certificate", "200", ({ deviceArn: principal }) => ({ thingName: "lamp", principal })],
    ["an unknown thing", missing, ({ deviceArn: principal }) => ({ thingName: "none", principal })],
  ],
  ListThingPrincipals: [
    ["a thing", "200", { thingName: "lamp" }],
    ["an unknown one", missing, { thingName: "none" }],
  ],
  ListThingPrincipalsV2: [
    ["a thing", "200", { thingName: "lamp", thingPrincipalType: "NON_EXCLUSIVE_THING" }],
    ["an unknown one", missing, { thingName: "none" }],
  ],
  ListPrincipalThings: [
    ["a certificate", "200", ({ deviceArn: principal }) => ({ principal })],
    ["an unknown one", missing, { principal: noCertificate }],
  ],
  ListPrincipalThingsV2: [
    ["a certificate", "200", ({ deviceArn: principal }) => ({ principal })],
    ["an unknown one", missing, { principal: noCertificate }],
  ],

  CreateThingType: [
    ["another type", "200", { thingTypeName: "chairs" }],
    ["other properties", exists, { thingTypeName: "bulb" }],
    [
      "four searchable attributes",
      invalid,
      { thingTypeName: "x", thingTypeProperties: { searchableAttributes: ["a", "b", "c", "d"] } },
    ],
  ],
  DescribeThingType: [
    ["a type", "200", { thingTypeName: "bulb" }],
    [
      "a deprecated one",
      "200",
      { thingTypeName: "bulb" },
      (call) => call("DeprecateThingType", { thingTypeName: "bulb" }),
    ],
    ["an unknown one", missing, { thingTypeName: "none" }],
  ],
  ListThingTypes: [ok, ["one name", "200", { thingTypeName: "bulb" }], badResults],
  UpdateThingType: [
    [
      "a description",
      "200",
      { thingTypeName: "bulb", thingTypeProperties: { thingTypeDescription: "x" } },
    ],
    ["an unknown one", missing, { thingTypeName: "none", thingTypeProperties: {} }],
  ],
  DeprecateThingType: [
    ["a type", "200", { thingTypeName: "bulb" }],
    ["an unknown one", missing, { thingTypeName: "none" }],
  ],
  DeleteThingType: [
    [
      "an old one",
      "200",
      { thingTypeName: "old" },
      async (call, { advance }) => {
        await call("CreateThingType", { thingTypeName: "old" });
        await call("DeprecateThingType", { thingTypeName: "old" });
        advance(5 * 60 * 1000);
      },
    ],
    ["one in use", invalid, { thingTypeName: "bulb" }],
    ["an unknown one", missing, { thingTypeName: "none" }],
  ],
};

const ofGroups: Readonly<Record<string, readonly Case[]>> = {
  CreateThingGroup: [
    ["another group", "200", { thingGroupName: "attic", parentGroupName: "house" }],
    ["another parent", exists, { thingGroupName: "room" }],
    ["an unknown parent", invalid, { thingGroupName: "attic", parentGroupName: "none" }],
  ],
  DescribeThingGroup: [
    ["a group in another", "200", { thingGroupName: "room" }],
    ["a group at the top", "200", { thingGroupName: "house" }],
    ["an unknown one", missing, { thingGroupName: "none" }],
  ],
  ListThingGroups: [
    ok,
    ["those below one", "200", { parentGroup: "house", recursive: true }],
    ["an unknown one", missing, { parentGroup: "none" }],
    badResults,
  ],
  UpdateThingGroup: [
    ["a description", "200", { thingGroupName: "room", thingGroupProperties: {} }],
    [
      "another version",
      wrongVersion,
      { thingGroupName: "room", thingGroupProperties: {}, expectedVersion: 7 },
    ],
    ["an unknown one", missing, { thingGroupName: "none", thingGroupProperties: {} }],
  ],
  DeleteThingGroup: [
    ["a group with things", "200", { thingGroupName: "room", expectedVersion: 1 }],
    ["a group with groups", invalid, { thingGroupName: "house" }],
    ["another version", wrongVersion, { thingGroupName: "room", expectedVersion: 7 }],
  ],
  AddThingToThingGroup: [
    ["another thing", "200", { thingGroupName: "room", thingName: "chair" }],
    ["an unknown thing", missing, { thingGroupName: "room", thingName: "none" }],
    ["two of one hierarchy", invalid, { thingGroupName: "house", thingName: "lamp" }],
  ],
  RemoveThingFromThingGroup: [
    ["a thing", "200", { thingGroupName: "room", thingName: "lamp" }],
    ["an unknown thing", missing, { thingGroupName: "room", thingName: "none" }],
  ],
  UpdateThingGroupsForThing: [
    ["to and fro", "200", { thingName: "lamp", thingGroupsToRemove: ["room"] }],
    ["an unknown group", missing, { thingName: "lamp", thingGroupsToAdd: ["none"] }],
    ["no thing", invalid, { thingGroupsToAdd: ["room"] }],
  ],
  ListThingGroupsForThing: [
    ["a thing", "200", { thingName: "lamp" }],
    ["an unknown one", missing, { thingName: "none" }],
  ],
  ListThingsInThingGroup: [
    ["all below", "200", { thingGroupName: "house", recursive: true }],
    ["an unknown one", missing, { thingGroupName: "none" }],
  ],

  CreateBillingGroup: [
    ["another group", "200", { billingGroupName: "home" }],
    [
      "other properties",
      exists,
      { billingGroupName: "shop", billingGroupProperties: { billingGroupDescription: "x" } },
    ],
  ],
  DescribeBillingGroup: [
    ["a group", "200", { billingGroupName: "shop" }],
    ["an unknown one", missing, { billingGroupName: "none" }],
  ],
  ListBillingGroups: [ok, badResults],
  UpdateBillingGroup: [
    ["a group", "200", { billingGroupName: "shop", billingGroupProperties: {} }],
    [
      "another version",
      wrongVersion,
      { billingGroupName: "shop", billingGroupProperties: {}, expectedVersion: 7 },
    ],
    ["an unknown one", missing, { billingGroupName: "none", billingGroupProperties: {} }],
  ],
  DeleteBillingGroup: [
    ["a group", "200", { billingGroupName: "shop" }],
    ["another version", wrongVersion, { billingGroupName: "shop", expectedVersion: 7 }],
  ],
  AddThingToBillingGroup: [
    ["a thing", "200", { billingGroupName: "shop", thingName: "chair" }],
    ["an unknown thing", missing, { billingGroupName: "shop", thingName: "none" }],
    ["no group", invalid, { thingName: "chair" }],
  ],
  RemoveThingFromBillingGroup: [
    ["a thing", "200", { billingGroupName: "shop", thingName: "lamp" }],
    ["an unknown thing", missing, { billingGroupName: "shop", thingName: "none" }],
  ],
  ListThingsInBillingGroup: [
    ["a group", "200", { billingGroupName: "shop" }],
    ["an unknown one", missing, { billingGroupName: "none" }],
  ],
};

const ofPolicies: Readonly<Record<string, readonly Case[]>> = {
  CreatePolicy: [
    ["a policy", "200", { policyName: "new", policyDocument }],
    ["one again", exists, { policyName: "open", policyDocument }],
    ["no policy", malformed, { policyName: "new", policyDocument: "{}" }],
  ],
  GetPolicy: [
    ["a policy", "200", { policyName: "open" }],
    ["an unknown one", missing, { policyName: "none" }],
  ],
  DeletePolicy: [
    ["an unused one", "200", { policyName: "unused" }],
    ["an attached one", inUse, { policyName: "open" }],
    ["an unknown one", missing, { policyName: "none" }],
  ],
  ListPolicies: [ok, badPage],
  CreatePolicyVersion: [
    ["a version", "200", { policyName: "unused", policyDocument, setAsDefault: true }],
    ["no policy", malformed, { policyName: "unused", policyDocument: "{}" }],
    [
      "a sixth version",
      "409 VersionsLimitExceededException",
      { policyName: "open", policyDocument },
      async (call) => {
        for (let count = 3; count <= 5; count += 1) {
          await call("CreatePolicyVersion", { policyName: "open", policyDocument });
        }
      },
    ],
  ],
  GetPolicyVersion: [
    ["a version", "200", { policyName: "open", policyVersionId: "2" }],
    ["an unknown one", missing, { policyName: "open", policyVersionId: "7" }],
  ],
  ListPolicyVersions: [
    ["a policy", "200", { policyName: "open" }],
    ["an unknown one", missing, { policyName: "none" }],
  ],
  DeletePolicyVersion: [
    ["a version", "200", { policyName: "open", policyVersionId: "2" }],
    ["the default one", inUse, { policyName: "open", policyVersionId: "1" }],
  ],
  SetDefaultPolicyVersion: [
    ["a version", "200", { policyName: "open", policyVersionId: "2" }],
    ["an unknown one", missing, { policyName: "open", policyVersionId: "7" }],
  ],
  AttachPolicy: [
    ["a certificate", "200", ({ deviceArn: target }) => ({ policyName: "unused", target })],
    ["an unknown one", missing, { policyName: "unused", target: noCertificate }],
    [
      "a third for a group",
      "410 LimitExceededException",
      { policyName: "third", target: arnOf("thinggroup/house") },
      async (call) => {
        await call("CreatePolicy", { policyName: "third", policyDocument });
        await call("AttachPolicy", {
          policyName: "unused",
          target: arnOf("thinggroup/house"),
        });
      },
    ],
  ],
  DetachPolicy: [
    ["a certificate", "200", ({ deviceArn: target }) => ({ policyName: "open", target })],
    ["no target", invalid, { policyName: "open", target: "x" }],
  ],
  ListAttachedPolicies: [
    ["a group below", "200", { target: arnOf("thinggroup/room"), recursive: true }],
    ["an unknown one", missing, { target: noCertificate }],
  ],
  ListTargetsForPolicy: [
    ["a policy", "200", { policyName: "open" }],
    ["an unknown one", missing, { policyName: "none" }],
  ],
  AttachPrincipalPolicy: [
    ["a certificate", "200", ({ deviceArn: principal }) => ({ policyName: "unused", principal })],
    ["an unknown one", missing, { policyName: "unused", principal: noCertificate }],
  ],
  DetachPrincipalPolicy: [
    ["a certificate", "200", ({ deviceArn: principal }) => ({ policyName: "open", principal })],
    ["an unknown one", missing, { policyName: "open", principal: noCertificate }],
  ],
  ListPrincipalPolicies: [
    ["a certificate", "200", ({ deviceArn: principal }) => ({ principal })],
    ["an unknown one", missing, { principal: noCertificate }],
  ],
  ListPolicyPrincipals: [
    ["a policy", "200", { policyName: "open" }],
    ["an unknown one", missing, { policyName: "none" }],
  ],
  GetEffectivePolicies: [
    ["a device", "200", ({ deviceArn: principal }) => ({ principal, thingName: "lamp" })],
    ["nobody", invalid],
    ["an unknown thing", missing, { thingName: "none" }],
  ],
  TestAuthorization: [
    [
      "a device",
      "200",
      ({ deviceArn: principal }) => ({
        principal,
        clientId: "lamp",
        authInfos: [{ actionType: "CONNECT", resources: [arnOf("client/lamp")] }],
      }),
    ],
    ["nothing to do", invalid, ({ deviceArn: principal }) => ({ principal, authInfos: [] })],
    [
      "an unknown one",
      missing,
      { principal: noCertificate, authInfos: [{ actionType: "CONNECT", resources: [] }] },
    ],
  ],
};

const denied = "401 UnauthorizedException";

const ofOthers: Readonly<Record<string, readonly Case[]>> = {
  DescribeEndpoint: [
    ["iot:Data-ATS", "200", { endpointType: "iot:Data-ATS" }],
    ["iot:Data", invalid, { endpointType: "iot:Data" }],
  ],
  DescribeEventConfigurations: [
    ok,
    [
      "after a change",
      "200",
      {},
      (call) =>
        call("UpdateEventConfigurations", { eventConfigurations: { THING: { Enabled: true } } }),
    ],
  ],
  UpdateEventConfigurations: [
    ["one", "200", { eventConfigurations: { THING: { Enabled: true } } }],
    ["an unknown one", invalid, { eventConfigurations: { NONE: { Enabled: true } } }],
  ],

  CreateTopicRule: [
    ["a rule", "200", { ruleName: "other", topicRulePayload }],
    ["one again", exists, { ruleName: "light", topicRulePayload }],
    ["no actions", invalid, { ruleName: "other", topicRulePayload: { sql: "x" } }],
  ],
  GetTopicRule: [
    ["a rule", "200", { ruleName: "light" }],
    ["an unknown one", denied, { ruleName: "none" }],
  ],
  ListTopicRules: [ok, badResults],
  ReplaceTopicRule: [
    ["a rule", "200", { ruleName: "light", topicRulePayload }],
    ["an unknown one", denied, { ruleName: "none", topicRulePayload }],
  ],
  EnableTopicRule: [
    ["a rule", "200", { ruleName: "light" }],
    ["an unknown one", denied, { ruleName: "none" }],
  ],
  DisableTopicRule: [
    ["a rule", "200", { ruleName: "light" }],
    ["an unknown one", denied, { ruleName: "none" }],
  ],
  DeleteTopicRule: [
    ["a rule", "200", { ruleName: "light" }],
    ["no name", invalid, { ruleName: "a-b" }],
  ],

  DeleteConnection: [
    ["a client", "200", { clientId: "lamp", cleanSession: true }],
    ["an unknown one", missing, { clientId: "none" }],
    ["a client id with a dollar sign", invalid, { clientId: "$x" }],
  ],
  GetConnection: [
    ["a connected client", "200", { clientId: "lamp", includeSocketInformation: true }],
    ["one that is gone", "200", { clientId: "gone" }],
    ["an unknown one", missing, { clientId: "none" }],
  ],
  ListSubscriptions: [
    ["a client", "200", { clientId: "lamp", maxResults: 1 }],
    ["an unknown one", missing, { clientId: "none" }],
  ],
  Publish: [
    ["a message", "200", { topic: "a/b", qos: 1, payload: "on" }],
    ["a topic with a wildcard", invalid, { topic: "a/#" }],
  ],
  GetRetainedMessage: [
    ["a topic", "200", { topic: "a/b" }],
    ["an unknown one", missing, { topic: "none" }],
  ],
  ListRetainedMessages: [ok, ["two a page", "200", { maxResults: 2 }], badResults],
};

export const operationCases: readonly OperationCase[] = Object.entries({
  ...ofCertificates,
  ...ofThings,
  ...ofGroups,
  ...ofPolicies,
  ...ofOthers,
}).flatMap(([operation, cases]) =>
  cases.map(([name, answer, input, before]) => ({
    operation,
    name,
    answer,
    ...(input && { input: typeof input === "function" ? input : () => input }),
    ...(before && { before }),
  })),
);
