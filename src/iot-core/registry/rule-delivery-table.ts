import type { DatabaseSync } from "node:sqlite";
import type { ActionFailure, RuleAction } from "../topic-rules/topic-rule.ts";
import { prepareChange, prepareInsert, prepareQuery } from "./table.ts";

/** A message that matched a rule, as the rule was then, and what is still to be done about it. */
export interface RuleDelivery {
  readonly position: number;
  readonly ruleName: string;
  readonly topic: string;
  readonly clientId: string;
  readonly traceId: string;
  /** As it was published. */
  readonly payload: Uint8Array;
  /** What the rule's statement made of it. */
  readonly output: Uint8Array;
  /** Not done and not given up on; when there are none, the error action is what is left. */
  readonly actions: readonly RuleAction[];
  readonly errorAction?: RuleAction;
  /** Actions that were given up on. */
  readonly failures: readonly ActionFailure[];
  /** How often what is left was tried in vain. */
  readonly attempts: number;
  readonly nextAttemptAt: Date;
}

interface RuleDeliveryRow
  extends Omit<RuleDelivery, "actions" | "errorAction" | "failures" | "nextAttemptAt"> {
  readonly actions: string;
  readonly errorAction: string | null;
  readonly failures: string;
  readonly nextAttemptAt: number;
}

interface ExcludedDeliveries {
  readonly positions: readonly number[];
  readonly ruleNames: readonly string[];
}

export interface RuleDeliveryTable {
  add(delivery: Omit<RuleDelivery, "position">): void;
  /** The one that is the longest due, of what is not excluded. */
  findDue(at: Date, except: ExcludedDeliveries): RuleDelivery | undefined;
  /** The earliest time after `at` that one of them has. */
  nextAfter(at: Date): Date | undefined;
  /** Writes what may change: actions, failures, attempts and the next one's time. */
  update(delivery: RuleDelivery): void;
  remove(position: number): void;
  /** Whether a rule has so many of them. */
  hasAtLeast(count: number, ruleName: string): boolean;
  countByRule(): ReadonlyMap<string, number>;
}

export function createRuleDeliveryTable(database: DatabaseSync): RuleDeliveryTable {
  const insert = prepareInsert(database, "ruleDelivery", [
    "ruleName",
    "topic",
    "clientId",
    "traceId",
    "payload",
    "output",
    "actions",
    "errorAction",
    "failures",
    "attempts",
    "nextAttemptAt",
  ]);
  const selectDue = prepareQuery<RuleDeliveryRow>(
    database,
    // Rule by rule, as one that is excluded may have thousands.
    `WITH RECURSIVE rule (name) AS (
       SELECT min(ruleName) FROM ruleDelivery
       UNION ALL SELECT (SELECT min(ruleName) FROM ruleDelivery WHERE ruleName > name)
         FROM rule WHERE name IS NOT NULL
     )
     SELECT ruleDelivery.* FROM rule JOIN ruleDelivery ON position = (
       SELECT position FROM ruleDelivery
       WHERE ruleName = name AND nextAttemptAt <= :at
         AND position NOT IN (SELECT value FROM json_each(:positions))
       ORDER BY nextAttemptAt LIMIT 1
     )
     WHERE name NOT IN (SELECT value FROM json_each(:ruleNames))
     ORDER BY nextAttemptAt LIMIT 1`,
  );
  const selectNext = prepareQuery<{ nextAttemptAt: number | null }>(
    database,
    "SELECT min(nextAttemptAt) AS nextAttemptAt FROM ruleDelivery WHERE nextAttemptAt > :at",
  );
  const selectCounts = prepareQuery<{ ruleName: string; count: number }>(
    database,
    "SELECT ruleName, count(*) AS count FROM ruleDelivery GROUP BY ruleName",
  );
  const selectNth = prepareQuery<{ position: number }>(
    database,
    "SELECT position FROM ruleDelivery WHERE ruleName = :ruleName LIMIT 1 OFFSET :before",
  );
  const update = prepareChange(
    database,
    `UPDATE ruleDelivery
     SET actions = :actions, failures = :failures, attempts = :attempts,
       nextAttemptAt = :nextAttemptAt
     WHERE position = :position`,
  );
  const remove = prepareChange(database, "DELETE FROM ruleDelivery WHERE position = :position");

  return {
    add: (delivery) => {
      const { errorAction } = delivery;
      insert({
        ...delivery,
        actions: JSON.stringify(delivery.actions),
        errorAction: errorAction === undefined ? null : JSON.stringify(errorAction),
        failures: JSON.stringify(delivery.failures),
        nextAttemptAt: delivery.nextAttemptAt.getTime(),
      });
    },
    findDue: (at, { positions, ruleNames }) => {
      const row = selectDue.get({
        at: at.getTime(),
        positions: JSON.stringify(positions),
        ruleNames: JSON.stringify(ruleNames),
      });
      return row && toRuleDelivery(row);
    },
    nextAfter: (at) => {
      const next = selectNext.get({ at: at.getTime() })?.nextAttemptAt ?? null;
      return next === null ? undefined : new Date(next);
    },
    update: ({ position, actions, failures, attempts, nextAttemptAt }) => {
      update({
        position,
        actions: JSON.stringify(actions),
        failures: JSON.stringify(failures),
        attempts,
        nextAttemptAt: nextAttemptAt.getTime(),
      });
    },
    remove: (position) => {
      remove({ position });
    },
    hasAtLeast: (count, ruleName) => selectNth.get({ ruleName, before: count - 1 }) !== undefined,
    countByRule: () =>
      new Map(selectCounts.all().map(({ ruleName, count }) => [ruleName, count] as const)),
  };
}

function toRuleDelivery(row: RuleDeliveryRow): RuleDelivery {
  const { actions, errorAction, failures, nextAttemptAt, ...rest } = row;
  return {
    ...rest,
    actions: JSON.parse(actions) as readonly RuleAction[],
    ...(errorAction !== null && { errorAction: JSON.parse(errorAction) as RuleAction }),
    failures: JSON.parse(failures) as readonly ActionFailure[],
    nextAttemptAt: new Date(nextAttemptAt),
  };
}
