import { randomUUID } from "node:crypto";
import type { Quotas } from "../quotas/quotas.ts";
import type { Registry } from "../registry.ts";
import { evaluateStatement, noClientId } from "./evaluate-statement.ts";
import { matchTopicFilter } from "./match-topic-filter.ts";
import { parseStatement, type RuleStatement } from "./parse-statement.ts";
import type { RuleMessage, TopicRule } from "./topic-rule.ts";

export interface ApplyRulesDeps {
  readonly registry: Pick<Registry, "tables">;
  readonly quotas: Quotas;
  readonly now: () => Date;
}

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

export function createApplyRules({ registry, quotas, now }: ApplyRulesDeps): ApplyRules {
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

  return (message) => {
    let isMatched = false;
    for (const { ruleName, statement, actions, errorAction } of readRules()) {
      if (!matchTopicFilter(statement.topicFilter, message.topic)) continue;
      if (!quotas.take("RuleEvaluation")) continue;
      const output = evaluateStatement(statement, message);
      if (output === undefined || actions.length === 0) continue;
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
      isMatched = true;
    }
    return isMatched;
  };
}
