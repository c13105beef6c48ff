import type { DatabaseSync } from "node:sqlite";
import { prepareChange, prepareQuery } from "./table.ts";

/** A certificate or a thing group, as the resource part of its ARN. */
export type PolicyTarget = `cert/${string}` | `thinggroup/${string}`;

/** A policy with the document of its default version. */
export interface AttachedPolicy {
  readonly policyName: string;
  readonly document: string;
}

export interface PolicyTargetTable {
  targetsOf(policyName: string): readonly PolicyTarget[];
  policiesOf(target: PolicyTarget): readonly string[];
  /** The policies attached to a target, by name. */
  attachedTo(target: PolicyTarget): readonly AttachedPolicy[];
  /** Attaching twice leaves it attached. */
  attach(policyName: string, target: PolicyTarget): void;
  detach(policyName: string, target: PolicyTarget): void;
  /** Takes every policy off a target. */
  clear(target: PolicyTarget): void;
}

export function createPolicyTargetTable(database: DatabaseSync): PolicyTargetTable {
  const selectTargets = prepareQuery<{ target: PolicyTarget }>(
    database,
    "SELECT target FROM policyTarget WHERE policyName = :policyName ORDER BY target",
  );
  const selectPolicies = prepareQuery<{ policyName: string }>(
    database,
    "SELECT policyName FROM policyTarget WHERE target = :target ORDER BY policyName",
  );
  const selectAttached = prepareQuery<AttachedPolicy>(
    database,
    `SELECT policy.policyName, document FROM policyTarget
     JOIN policy USING (policyName)
     JOIN policyVersion ON policyVersion.policyName = policy.policyName
       AND versionId = defaultVersionId
     WHERE target = :target ORDER BY policy.policyName`,
  );
  const insert = prepareChange(
    database,
    `INSERT INTO policyTarget (policyName, target) VALUES (:policyName, :target)
     ON CONFLICT DO NOTHING`,
  );
  const remove = prepareChange(
    database,
    "DELETE FROM policyTarget WHERE policyName = :policyName AND target = :target",
  );
  const clear = prepareChange(database, "DELETE FROM policyTarget WHERE target = :target");
  return {
    targetsOf: (policyName) => selectTargets.all({ policyName }).map((row) => row.target),
    policiesOf: (target) => selectPolicies.all({ target }).map((row) => row.policyName),
    attachedTo: (target) => selectAttached.all({ target }),
    attach: (policyName, target) => {
      insert({ policyName, target });
    },
    detach: (policyName, target) => {
      remove({ policyName, target });
    },
    clear: (target) => {
      clear({ target });
    },
  };
}
