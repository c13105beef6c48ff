import type { DatabaseSync } from "node:sqlite";
import type { AwsIotSqlVersion, RuleAction, TopicRule } from "../topic-rules/topic-rule.ts";
import { prepareChange, prepareInsert, prepareQuery } from "./table.ts";

interface TopicRuleRow {
  readonly ruleName: string;
  readonly sql: string;
  readonly description: string | null;
  readonly actions: string;
  readonly errorAction: string | null;
  readonly awsIotSqlVersion: AwsIotSqlVersion;
  readonly ruleDisabled: number;
  readonly createdAt: number;
}

export interface TopicRuleTable {
  find(ruleName: string): TopicRule | undefined;
  /** Every rule, by name. */
  all(): readonly TopicRule[];
  /** Adds a rule, or puts it in the place of the one of its name. */
  put(rule: TopicRule): void;
  remove(ruleName: string): void;
  /** Grows with every change, for those who keep what they read. */
  revision(): number;
}

export function createTopicRuleTable(database: DatabaseSync): TopicRuleTable {
  const selectOne = prepareQuery<TopicRuleRow>(
    database,
    "SELECT * FROM topicRule WHERE ruleName = :ruleName",
  );
  const selectAll = prepareQuery<TopicRuleRow>(
    database,
    "SELECT * FROM topicRule ORDER BY ruleName",
  );
  const insert = prepareInsert(database, "topicRule", [
    "ruleName",
    "sql",
    "description",
    "actions",
    "errorAction",
    "awsIotSqlVersion",
    "ruleDisabled",
    "createdAt",
  ]);
  const remove = prepareChange(database, "DELETE FROM topicRule WHERE ruleName = :ruleName");
  let revision = 0;

  return {
    find: (ruleName) => {
      const row = selectOne.get({ ruleName });
      return row && toTopicRule(row);
    },
    all: () => selectAll.all().map(toTopicRule),
    put: (rule) => {
      revision += 1;
      remove({ ruleName: rule.ruleName });
      insert({
        ruleName: rule.ruleName,
        sql: rule.sql,
        description: rule.description ?? null,
        actions: JSON.stringify(rule.actions),
        errorAction: rule.errorAction === undefined ? null : JSON.stringify(rule.errorAction),
        awsIotSqlVersion: rule.awsIotSqlVersion,
        ruleDisabled: Number(rule.ruleDisabled),
        createdAt: rule.createdAt.getTime(),
      });
    },
    remove: (ruleName) => {
      revision += 1;
      remove({ ruleName });
    },
    revision: () => revision,
  };
}

function toTopicRule(row: TopicRuleRow): TopicRule {
  const { description, actions, errorAction, ruleDisabled, createdAt, ...rest } = row;
  return {
    ...rest,
    ...(description !== null && { description }),
    actions: JSON.parse(actions) as readonly RuleAction[],
    ...(errorAction !== null && { errorAction: JSON.parse(errorAction) as RuleAction }),
    ruleDisabled: ruleDisabled === 1,
    createdAt: new Date(createdAt),
  };
}
