/** A rule's payload, as in CreateTopicRule. */
export interface TopicRulePayload {
  readonly ruleName: string;
  readonly description: string;
  readonly sql: string;
  readonly awsIotSqlVersion: "2016-03-23";
  readonly ruleDisabled: boolean;
  readonly actions: readonly [QueueAction];
  readonly errorAction: QueueAction;
}

interface QueueAction {
  readonly sqs: {
    readonly queueUrl: string;
    readonly roleArn: string;
    readonly useBase64: boolean;
  };
}

export interface TopicRuleTargets {
  /** Of registration events. */
  readonly queueUrl: string;
  /** Of AWS IoT's account of those that could not be put there. */
  readonly undeliveredUrl: string;
  readonly accountId: string;
}

/** The deployed topic rule, with the queues of this machine. Change it with `RegistrationsRule` in serverless.yml. */
export function createTopicRule(targets: TopicRuleTargets): TopicRulePayload {
  // Nobody takes on the role here.
  const roleArn = `arn:aws:iam::${targets.accountId}:role/muster-local-rule`;
  const toQueue = (queueUrl: string): QueueAction => ({
    sqs: { queueUrl, roleArn, useBase64: false },
  });
  return {
    ruleName: "muster_local_registrations",
    description:
      "Certificates that AWS IoT registered just in time, of every CA; Muster drops those of CAs that are not its own",
    sql: "SELECT * FROM '$aws/events/certificates/registered/+'",
    awsIotSqlVersion: "2016-03-23",
    ruleDisabled: false,
    actions: [toQueue(targets.queueUrl)],
    errorAction: toQueue(targets.undeliveredUrl),
  };
}
