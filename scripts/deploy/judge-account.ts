import type { AccountSurvey, TopicRuleSurvey } from "./account-survey.ts";
import { judgeStack } from "./judge-stack.ts";
import type { Finding } from "./preflight-codes.ts";
import type { Template } from "./template-names.ts";

/** Unless AWS raised them. @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
const mostTopicRules = 1000;
/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const mostTables = 2500;
/** An API request, its authorizer, the schedule and events, beside what the queues are worked on with. */
const besideQueues = 4;

/** Finds what of an account is in the way of a stage, or would be found out too late. */
export function judgeAccount(survey: AccountSurvey, stage: string, template: Template): Finding[] {
  return [
    ...judgeIot(survey),
    ...judgeStack(survey),
    ...judgeConcurrency(survey.concurrencyLimit, template),
    ...judgeCounts(survey),
    ...judgeRules(survey.topicRules ?? [], stage),
    ...judgeEvents(survey),
    ...judgeBus(survey),
    ...judgePermissions(survey),
    ...survey.unread.map(
      ({ what, why }): Finding => ({
        code: "NOT_CHECKED",
        field: what,
        message: `Could not look at ${what}: ${why}`,
      }),
    ),
  ];
}

function judgeIot({ iotUnreachable, region }: AccountSurvey): Finding[] {
  if (iotUnreachable === undefined) return [];
  const message = `AWS IoT Core does not answer in ${region}: ${iotUnreachable}`;
  return [{ code: "REGION_UNSUPPORTED", field: "region", message }];
}

function judgeConcurrency(limit: number | undefined, template: Template): Finding[] {
  if (limit === undefined) return [];
  const mappings = Object.values(template.Resources).map(
    ({ Properties }) =>
      Properties?.["ScalingConfig"] as { MaximumConcurrency?: number } | undefined,
  );
  const ofQueues = mappings.reduce((sum, each) => sum + Number(each?.MaximumConcurrency ?? 0), 0);
  const wanted = ofQueues + besideQueues;
  if (limit >= wanted) return [];
  const message = `The account runs ${limit} Lambda functions at once, over all its functions; Muster alone may use ${wanted}.`;
  return [{ code: "CONCURRENCY_LOW", message }];
}

function judgeCounts({ tableCount = 0, topicRules = [], stack }: AccountSurvey): Finding[] {
  // An update adds none.
  if (stack?.resources.includes("LedgerTable")) return [];
  const near = (what: string, count: number, most: number): Finding[] =>
    count < most
      ? []
      : [
          {
            code: "QUOTA_NEAR",
            message: `There are ${count} ${what} already; AWS allows ${most} unless raised.`,
          },
        ];
  return [
    ...near("DynamoDB tables", tableCount + 1, mostTables),
    ...near("topic rules", topicRules.length, mostTopicRules),
  ];
}

/** Other stages' rules are Muster's: each stage drops what is not of its own CAs. */
function judgeRules(rules: readonly TopicRuleSurvey[], stage: string): Finding[] {
  const own = `muster_${stage}_registrations`;
  return rules
    .filter(({ disabled, topicPattern }) => !disabled && takesRegistrations(topicPattern))
    .filter(({ name }) => name !== own && !/^muster_[a-z0-9]+_registrations$/.test(name))
    .map(({ name, topicPattern }) => ({
      code: "OTHER_RULE",
      field: name,
      message: `The topic rule "${name}" takes registration events as well (${topicPattern}).`,
    }));
}

/**
 * @returns whether a topic filter takes the registration events of some CA.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/topics.html#topicfilters
 */
export function takesRegistrations(filter: string): boolean {
  const topic = ["$aws", "events", "certificates", "registered", undefined];
  const levels = filter.split("/");
  for (const [index, level] of levels.entries()) {
    // A wildcard does not stand for what begins with a dollar sign.
    if (level === "#") return index > 0;
    if (index >= topic.length) return false;
    const expected = topic[index];
    if (level !== "+" && expected !== undefined && level !== expected) return false;
    if (level === "+" && index === 0) return false;
  }
  return levels.length === topic.length;
}

function judgeEvents({ caEventsEnabled, region }: AccountSurvey): Finding[] {
  if (caEventsEnabled !== false) return [];
  const message = `The event type CA_CERTIFICATE is not enabled in ${region}. AWS documents it for the events that Muster waits for.`;
  return [{ code: "EVENTS_DISABLED", field: "CA_CERTIFICATE", message }];
}

function judgeBus({ eventBus, region }: AccountSurvey): Finding[] {
  if (!eventBus || eventBus.isThere) return [];
  const message = `There is no event bus "${eventBus.name}" in ${region}.`;
  return [{ code: "EVENT_BUS_MISSING", field: "eventBus", message }];
}

function judgePermissions({ deniedActions = [], principal }: AccountSurvey): Finding[] {
  if (deniedActions.length === 0) return [];
  const message = `${principal} may not: ${deniedActions.join(", ")}.`;
  return [{ code: "PERMISSION_MISSING", field: "principal", message }];
}
