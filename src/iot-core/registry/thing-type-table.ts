import type { DatabaseSync } from "node:sqlite";
import type { ThingType } from "../model.ts";
import { prepareInsert, prepareQuery } from "./table.ts";

interface ThingTypeRow
  extends Omit<ThingType, "description" | "searchableAttributes" | "creationDate"> {
  readonly description: string | null;
  readonly searchableAttributes: string;
  readonly creationDate: number;
}

export interface ThingTypeTable {
  find(thingTypeName: string): ThingType | undefined;
  add(thingType: ThingType): void;
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
  ]);
  return {
    find: (thingTypeName) => {
      const row = selectOne.get({ thingTypeName });
      return row && toThingType(row);
    },
    add: (thingType) => {
      insert({
        ...thingType,
        description: thingType.description ?? null,
        searchableAttributes: JSON.stringify(thingType.searchableAttributes),
        creationDate: thingType.creationDate.getTime(),
      });
    },
  };
}

function toThingType(row: ThingTypeRow): ThingType {
  const { description, searchableAttributes, creationDate, ...rest } = row;
  return {
    ...rest,
    ...(description !== null && { description }),
    searchableAttributes: JSON.parse(searchableAttributes) as readonly string[],
    creationDate: new Date(creationDate),
  };
}
