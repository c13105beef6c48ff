import type { DatabaseSync } from "node:sqlite";
import type { Attributes, Thing } from "../model.ts";
import { prepareChange, prepareInsert, prepareQuery } from "./table.ts";

interface ThingRow extends Omit<Thing, "thingTypeName" | "billingGroupName" | "attributes"> {
  readonly thingTypeName: string | null;
  readonly billingGroupName: string | null;
  readonly attributes: string;
}

export interface ThingTable {
  find(thingName: string): Thing | undefined;
  /** Every thing whose name comes after `thingName`, by name. */
  after(thingName: string): Iterable<Thing>;
  /** Names of the things of a billing group, in their order. */
  namesOfBillingGroup(billingGroupName: string): readonly string[];
  add(thing: Thing): void;
  /** Writes what may change: type, billing group, attributes and version. */
  update(thing: Thing): void;
  /** Removes a thing, also from its groups. */
  remove(thingName: string): void;
}

export function createThingTable(database: DatabaseSync): ThingTable {
  const selectOne = prepareQuery<ThingRow>(
    database,
    "SELECT * FROM thing WHERE thingName = :thingName",
  );
  const selectAfter = prepareQuery<ThingRow>(
    database,
    "SELECT * FROM thing WHERE thingName > :thingName ORDER BY thingName",
  );
  const selectOfBillingGroup = prepareQuery<{ readonly thingName: string }>(
    database,
    "SELECT thingName FROM thing WHERE billingGroupName = :billingGroupName ORDER BY thingName",
  );
  const insert = prepareInsert(database, "thing", [
    "thingName",
    "thingId",
    "thingTypeName",
    "billingGroupName",
    "attributes",
    "version",
  ]);
  const update = prepareChange(
    database,
    `UPDATE thing
     SET thingTypeName = :thingTypeName, billingGroupName = :billingGroupName, attributes = :attributes, version = :version
     WHERE thingName = :thingName`,
  );
  const remove = prepareChange(database, "DELETE FROM thing WHERE thingName = :thingName");

  return {
    find: (thingName) => {
      const row = selectOne.get({ thingName });
      return row && toThing(row);
    },
    *after(thingName) {
      for (const row of selectAfter.each({ thingName })) yield toThing(row);
    },
    namesOfBillingGroup: (billingGroupName) =>
      selectOfBillingGroup.all({ billingGroupName }).map((row) => row.thingName),
    add: (thing) => {
      insert({
        ...thing,
        thingTypeName: thing.thingTypeName ?? null,
        billingGroupName: thing.billingGroupName ?? null,
        attributes: JSON.stringify(thing.attributes),
      });
    },
    update: ({ thingName, thingTypeName, billingGroupName, attributes, version }) => {
      update({
        thingName,
        thingTypeName: thingTypeName ?? null,
        billingGroupName: billingGroupName ?? null,
        attributes: JSON.stringify(attributes),
        version,
      });
    },
    remove: (thingName) => {
      remove({ thingName });
    },
  };
}

function toThing({ thingTypeName, billingGroupName, attributes, ...row }: ThingRow): Thing {
  return {
    ...row,
    ...(thingTypeName !== null && { thingTypeName }),
    ...(billingGroupName !== null && { billingGroupName }),
    attributes: JSON.parse(attributes) as Attributes,
  };
}
