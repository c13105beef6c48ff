import { randomUUID } from "node:crypto";
import type { Quotas } from "../quotas/quotas.ts";
import type { Registry } from "../registry.ts";
import type { DeliveryDeps } from "./deliver-messages.ts";
import { evaluateStatement, noClientId } from "./evaluate-statement.ts";
import { matchTopicFilter } from "./match-topic-filter.ts";
import { parseStatement, type RuleStatement } from "./parse-statement.ts";
import { toFailure } from "./perform-action.ts";
import type { RuleAction, RuleMessage, TopicRule } from "./topic-rule.ts";

export interface ApplyRulesDeps extends Pick<DeliveryDeps, "onDropped"> {
  readonly registry: Pick<Registry, "tables">;
  readonly quotas: Quotas;
  readonly now: () => Date;
  /** How many messages of one rule may wait; those that come then are dropped. */
  readonly maximumWaiting?: number;
}

/** Chosen: a target that is away would let the state grow without end. */
const defaultMaximumWaiting = 10_000;

/**
 * Notes down what each rule has to do about a message, for startDeliveries.
 *
 * Writes into the transaction under way, so that the message lasts if what it tells of does.
 *
 * @returns whether there is anything to do.
 */
export type ApplyRules = (message: RuleMessage) => boolean;

interface ReadyRule extends TopicRule {
  readonly statement: RuleStatement;
}

export function createApplyRules(deps: ApplyRulesDeps): ApplyRules {
  const { registry, quotas, now, onDropped, maximumWaiting = defaultMaximumWaiting } = deps;
  const { topicRules, ruleDeliveries } = registry.tables;
  let rules: readonly ReadyRule[] = [];
  let revision: number | undefined;

  const readRules = (): readonly ReadyRule[] => {
    if (revision === topicRules.revision()) return rules;
    revision = topicRules.revision();
    rules = topicRules.all().flatMap((rule) => {
      const statement = parseStatement(rule.sql);
      return rule.ruleDisabled || "problem" in statement ? [] : [{ ...rule, statement }];
    });
    return rules;
  };

  const toOverflow = (action: RuleAction) =>
    toFailure(action, `${maximumWaiting} messages of the rule wait already.`);

  const applyRule = (rule: ReadyRule, message: RuleMessage): boolean => {
    const { ruleName, statement, actions, errorAction } = rule;
    if (!matchTopicFilter(statement.topicFilter, message.topic)) return false;
    if (!quotas.take("RuleEvaluation")) return false;
    const output = evaluateStatement(statement, message);
    if (output === undefined || actions.length === 0) return false;
    if (ruleDeliveries.hasAtLeast(maximumWaiting, ruleName)) {
      onDropped({ ruleName, topic: message.topic, failures: actions.map(toOverflow) });
      return false;
    }
    ruleDeliveries.add({
      ruleName,
      topic: message.topic,
      clientId: message.clientId ?? noClientId,
      traceId: randomUUID(),
      payload: message.payload,
      output,
      actions,
      ...(errorAction && { errorAction }),
      failures: [],
      attempts: 0,
      nextAttemptAt: now(),
    });
    return true;
  };

  return (message) => readRules().filter((rule) => applyRule(rule, message)).length > 0;
}
