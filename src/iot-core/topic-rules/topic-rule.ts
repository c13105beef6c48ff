/** A rule of the rules engine. Names and values are those of the AWS IoT API. */
export interface TopicRule {
  readonly ruleName: string;
  readonly sql: string;
  readonly description?: string;
  readonly actions: readonly RuleAction[];
  /** Takes what the actions could not. */
  readonly errorAction?: RuleAction;
  readonly awsIotSqlVersion: AwsIotSqlVersion;
  readonly ruleDisabled: boolean;
  readonly createdAt: Date;
}

/** They do not differ in the statements that are supported here. */
export const sqlVersions = ["2015-10-08", "2016-03-23", "beta"] as const;
export type AwsIotSqlVersion = (typeof sqlVersions)[number];

export type RuleAction =
  | {
      readonly sqs: {
        readonly queueUrl: string;
        readonly roleArn: string;
        readonly useBase64?: boolean | undefined;
      };
    }
  | { readonly lambda: { readonly functionArn: string } };

/** What the rules are applied to: of a device, or of AWS IoT itself. */
export interface RuleMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Undefined for what was not published over MQTT. */
  readonly clientId: string | undefined;
}

/** Where actions lead. Each settles when the receiver has the message, and rejects if it has not. */
export interface RuleTargets {
  readonly sendToQueue: (queueUrl: string, body: string) => Promise<void>;
  /** Asynchronously, as AWS IoT does: what the function makes of it is not its caller's concern. */
  readonly invokeFunction: (
    functionArn: string,
    payload: unknown,
    origin: RuleOrigin,
  ) => Promise<void>;
}

/** Where what is delivered comes from. */
export interface RuleOrigin {
  readonly ruleName: string;
  readonly topic: string;
}

/**
 * Says why nothing can ever be delivered to the target of an action, and what is possible;
 * undefined when it may be.
 */
export type FindUndeliverable = (action: RuleAction) => string | undefined;

/** What AWS IoT tells the error action of one action. */
export interface ActionFailure {
  readonly failedAction: string;
  readonly failedResource: string;
  readonly errorMessage: string;
}
