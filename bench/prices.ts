/**
 * What AWS asks in us-east-1, in US dollars a million of each, unless said otherwise; list prices as
 * known in November 2026, without free tiers. Other regions ask more: look yours up.
 *
 * @see https://aws.amazon.com/iot-core/pricing/ https://aws.amazon.com/dynamodb/pricing/on-demand/
 *   https://aws.amazon.com/lambda/pricing/ https://aws.amazon.com/sqs/pricing/
 *   https://aws.amazon.com/eventbridge/pricing/ https://aws.amazon.com/cloudwatch/pricing/
 */
export const prices = {
  iotMessage: 1,
  /** CreateThing, AttachThingPrincipal and the like; calls on certificates and policies are not listed. */
  iotRegistryOperation: 1.25,
  iotRuleTriggered: 0.15,
  iotRuleAction: 0.15,
  sqsRequest: 0.4,
  lambdaRequest: 0.2,
  /** On Arm, a million gigabyte-seconds. */
  lambdaGigabyteSecond: 13.3334,
  dynamodbWriteUnit: 0.625,
  dynamodbReadUnit: 0.125,
  /** A month, of one gigabyte: not of a million. */
  dynamodbGigabyteMonth: 0.25,
  eventBridgeEvent: 1,
  /** Of one gigabyte: not of a million. */
  logGigabyte: 0.5,
} as const;
