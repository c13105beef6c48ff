import type { NamedResource } from "./template-names.ts";

/** What was looked at in an account and region; what could not be is undefined, and said in `unread`. */
export interface AccountSurvey {
  /** Who deploys. */
  readonly principal: string;
  readonly accountId: string;
  readonly region: string;
  readonly stack?: StackSurvey | undefined;
  /** Names of the template that are there already. */
  readonly existing?: readonly NamedResource[] | undefined;
  /** Lambda executions at once that the account may have. */
  readonly concurrencyLimit?: number | undefined;
  readonly tableCount?: number | undefined;
  readonly topicRules?: readonly TopicRuleSurvey[] | undefined;
  /** The bus that events are to go to, where it is not the stage's own. */
  readonly eventBus?: EventBusSurvey | undefined;
  readonly caEventsEnabled?: boolean | undefined;
  /** Actions that IAM's simulation denies. */
  readonly deniedActions?: readonly string[] | undefined;
  /** AWS IoT's endpoint for devices; undefined where AWS IoT is not in the region. */
  readonly iotEndpoint?: string | undefined;
  readonly iotUnreachable?: string | undefined;
  readonly unread: readonly Unread[];
}

interface StackSurvey {
  readonly name: string;
  /** Of CloudFormation; undefined where there is no such stack. */
  readonly status?: string | undefined;
  /** Logical ids of what is in it. */
  readonly resources: readonly string[];
}

export interface TopicRuleSurvey {
  readonly name: string;
  readonly topicPattern: string;
  readonly disabled: boolean;
}

export interface EventBusSurvey {
  readonly name: string;
  readonly isThere: boolean;
}

interface Unread {
  /** As "topic rules". */
  readonly what: string;
  /** Why, as AWS says it. */
  readonly why: string;
}
