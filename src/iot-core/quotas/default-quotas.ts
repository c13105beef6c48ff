/**
 * What may be done a second in one account and Region, by AWS's defaults for its larger Regions.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#throttling-limits
 */
const operationQuotas = {
  AddThingToBillingGroup: 60,
  AddThingToThingGroup: 100,
  AttachPolicy: 15,
  AttachPrincipalPolicy: 15,
  AttachThingPrincipal: 100,
  CreateBillingGroup: 25,
  CreateCertificateFromCsr: 15,
  CreateThing: 100,
  CreateThingGroup: 25,
  CreateThingType: 15,
  CreateTopicRule: 5,
  DeleteBillingGroup: 15,
  DeleteThing: 100,
  DeleteThingGroup: 15,
  DeleteThingType: 15,
  DeleteTopicRule: 20,
  DeprecateThingType: 15,
  DescribeBillingGroup: 100,
  DescribeThing: 350,
  DescribeThingGroup: 100,
  DescribeThingType: 100,
  DetachPolicy: 15,
  DetachPrincipalPolicy: 15,
  DetachThingPrincipal: 100,
  DisableTopicRule: 5,
  EnableTopicRule: 5,
  GetEffectivePolicies: 5,
  GetPolicyVersion: 15,
  GetRetainedMessage: 500,
  GetTopicRule: 200,
  ListAttachedPolicies: 15,
  ListPrincipalPolicies: 15,
  ListThingGroupsForThing: 100,
  ListThingPrincipals: 20,
  ListThingPrincipalsV2: 20,
  ListThingsInBillingGroup: 25,
  ListThingsInThingGroup: 25,
  ListTopicRules: 2,
  RemoveThingFromBillingGroup: 30,
  RemoveThingFromThingGroup: 100,
  ReplaceTopicRule: 5,
  UpdateBillingGroup: 15,
  UpdateThing: 100,
  UpdateThingGroup: 15,
  UpdateThingType: 15,
};

/**
 * Of the message broker and its API, where a name ends in Per… each key has the rate for itself.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
 */
const brokerQuotas = {
  Connect: 3000,
  ConnectPerClientId: 1,
  DeleteConnection: 100,
  DeleteConnectionPerClientId: 1,
  GetConnection: 100,
  GetConnectionPerClientId: 1,
  ListSubscriptions: 100,
  ListSubscriptionsPerClientId: 1,
  Publish: 20_000,
  PublishInPerAccount: 20_000,
  PublishInPerConnection: 100,
  PublishOutPerAccount: 20_000,
  PublishOutPerConnection: 100,
  SendDirectMessage: 20_000,
  SubscribePerAccount: 500,
};

/** @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#security-limits */
const registrationQuotas = { CertificateRegistration: 15 };

/** @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#rules-limits */
const ruleQuotas = { RuleEvaluation: 20_000 };

const named: ReadonlyMap<string, number> = new Map(
  Object.entries({ ...operationQuotas, ...brokerQuotas, ...registrationQuotas, ...ruleQuotas }),
);
/** Of every other operation: AWS documents it for most of them, and for the rest it is chosen. */
const otherwise = 10;

/** @returns how often a second; a quota that is not known has that of an operation. */
export function defaultRateOf(quota: string): number {
  return named.get(quota) ?? otherwise;
}
