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

export interface RuleDeliveryTable {
  add(delivery: Omit<RuleDelivery, "position">): void;
  /** Those whose time has come, the longest due first, without those of some rules. */
  due(at: Date, request: { limit: number; except: readonly string[] }): readonly RuleDelivery[];
  /** The earliest time after `at` that one of them has. */
  nextAfter(at: Date): Date | undefined;
  /** Writes what may change: actions, failures, attempts and the next one's time. */
  update(delivery: RuleDelivery): void;
  remove(position: number): void;
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
    `SELECT * FROM ruleDelivery
     WHERE nextAttemptAt <= :at AND ruleName NOT IN (SELECT value FROM json_each(:except))
     ORDER BY nextAttemptAt LIMIT :limit`,
  );
  const selectNext = prepareQuery<{ nextAttemptAt: number | null }>(
    database,
    "SELECT min(nextAttemptAt) AS nextAttemptAt FROM ruleDelivery WHERE nextAttemptAt > :at",
  );
  const selectCounts = prepareQuery<{ ruleName: string; count: number }>(
    database,
    "SELECT ruleName, count(*) AS count FROM ruleDelivery GROUP BY ruleName",
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
    due: (at, { limit, except }) =>
      selectDue
        .all({ at: at.getTime(), limit, except: JSON.stringify(except) })
        .map(toRuleDelivery),
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
