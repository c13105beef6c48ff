import type { DatabaseSync } from "node:sqlite";
import type { ThingType } from "../model.ts";
import { prepareChange, prepareInsert, prepareQuery } from "./table.ts";

interface ThingTypeRow
  extends Omit<
    ThingType,
    "description" | "searchableAttributes" | "creationDate" | "deprecationDate"
  > {
  readonly description: string | null;
  readonly searchableAttributes: string;
  readonly creationDate: number;
  readonly deprecationDate: number | null;
}

export interface ThingTypeTable {
  find(thingTypeName: string): ThingType | undefined;
  /** Every type whose name comes after `thingTypeName`, by name. */
  after(thingTypeName: string): Iterable<ThingType>;
  add(thingType: ThingType): void;
  /** Writes what may change: description, searchable attributes and deprecation. */
  update(thingType: ThingType): void;
  remove(thingTypeName: string): void;
  /** Whether any thing has this type. */
  isUsed(thingTypeName: string): boolean;
}

export function createThingTypeTable(database: DatabaseSync): ThingTypeTable {
  const selectOne = prepareQuery<ThingTypeRow>(
    database,
    "SELECT * FROM thingType WHERE thingTypeName = :thingTypeName",
  );
  const insert = prepareInsert(database, "thingType", [
    "thingTypeName",
    "thingTypeId",
    "description",
    "searchableAttributes",
    "creationDate",
    "deprecationDate",
  ]);
  const selectAfter = prepareQuery<ThingTypeRow>(
    database,
    "SELECT * FROM thingType WHERE thingTypeName > :thingTypeName ORDER BY thingTypeName",
  );
  const selectUse = prepareQuery<{ readonly thingName: string }>(
    database,
    "SELECT thingName FROM thing WHERE thingTypeName = :thingTypeName LIMIT 1",
  );
  const update = prepareChange(
    database,
    `UPDATE thingType
     SET description = :description, searchableAttributes = :searchableAttributes,
       deprecationDate = :deprecationDate
     WHERE thingTypeName = :thingTypeName`,
  );
  const remove = prepareChange(
    database,
    "DELETE FROM thingType WHERE thingTypeName = :thingTypeName",
  );
  return {
    find: (thingTypeName) => {
      const row = selectOne.get({ thingTypeName });
      return row && toThingType(row);
    },
    *after(thingTypeName) {
      for (const row of selectAfter.each({ thingTypeName })) yield toThingType(row);
    },
    add: (thingType) => {
      insert({
        thingTypeName: thingType.thingTypeName,
        thingTypeId: thingType.thingTypeId,
        creationDate: thingType.creationDate.getTime(),
        ...toChangeable(thingType),
      });
    },
    update: (thingType) => {
      update({ thingTypeName: thingType.thingTypeName, ...toChangeable(thingType) });
    },
    remove: (thingTypeName) => {
      remove({ thingTypeName });
    },
    isUsed: (thingTypeName) => selectUse.get({ thingTypeName }) !== undefined,
  };
}

function toChangeable({ description, searchableAttributes, deprecationDate }: ThingType) {
  return {
    description: description ?? null,
    searchableAttributes: JSON.stringify(searchableAttributes),
    deprecationDate: deprecationDate?.getTime() ?? null,
  };
}

function toThingType(row: ThingTypeRow): ThingType {
  const { description, searchableAttributes, creationDate, deprecationDate, ...rest } = row;
  return {
    ...rest,
    ...(description !== null && { description }),
    searchableAttributes: JSON.parse(searchableAttributes) as readonly string[],
    creationDate: new Date(creationDate),
    ...(deprecationDate !== null && { deprecationDate: new Date(deprecationDate) }),
  };
}
