import type { DatabaseSync } from "node:sqlite";
import type { BillingGroup } from "../model.ts";
import { prepareChange, prepareInsert, prepareQuery } from "./table.ts";

interface BillingGroupRow extends Omit<BillingGroup, "description" | "creationDate"> {
  readonly description: string | null;
  readonly creationDate: number;
}

export interface BillingGroupTable {
  find(billingGroupName: string): BillingGroup | undefined;
  /** Every group whose name comes after `billingGroupName`, by name. */
  after(billingGroupName: string): Iterable<BillingGroup>;
  add(billingGroup: BillingGroup): void;
  /** Writes what may change: description and version. */
  update(billingGroup: BillingGroup): void;
  /** Removes a group; its things leave it. */
  remove(billingGroupName: string): void;
}

export function createBillingGroupTable(database: DatabaseSync): BillingGroupTable {
  const query = (rest: string) =>
    prepareQuery<BillingGroupRow>(database, `SELECT * FROM billingGroup WHERE ${rest}`);
  const selectOne = query("billingGroupName = :billingGroupName");
  const selectAfter = query("billingGroupName > :billingGroupName ORDER BY billingGroupName");
  const insert = prepareInsert(database, "billingGroup", [
    "billingGroupName",
    "billingGroupId",
    "description",
    "version",
    "creationDate",
  ]);
  const update = prepareChange(
    database,
    `UPDATE billingGroup SET description = :description, version = :version
     WHERE billingGroupName = :billingGroupName`,
  );
  const remove = prepareChange(
    database,
    "DELETE FROM billingGroup WHERE billingGroupName = :billingGroupName",
  );

  return {
    find: (billingGroupName) => {
      const row = selectOne.get({ billingGroupName });
      return row && toBillingGroup(row);
    },
    *after(billingGroupName) {
      for (const row of selectAfter.each({ billingGroupName })) yield toBillingGroup(row);
    },
    add: (billingGroup) => {
      insert({
        ...billingGroup,
        description: billingGroup.description ?? null,
        creationDate: billingGroup.creationDate.getTime(),
      });
    },
    update: ({ billingGroupName, description, version }) => {
      update({ billingGroupName, description: description ?? null, version });
    },
    remove: (billingGroupName) => {
      remove({ billingGroupName });
    },
  };
}

function toBillingGroup({ description, creationDate, ...row }: BillingGroupRow): BillingGroup {
  return {
    ...row,
    ...(description !== null && { description }),
    creationDate: new Date(creationDate),
  };
}
