import type { DatabaseSync } from "node:sqlite";
import type { Attributes, ThingGroup } from "../model.ts";
import { prepareChange, prepareInsert, prepareQuery } from "./table.ts";

interface ThingGroupRow
  extends Omit<ThingGroup, "parentGroupName" | "description" | "attributes" | "creationDate"> {
  readonly parentGroupName: string | null;
  readonly description: string | null;
  readonly attributes: string;
  readonly creationDate: number;
}

export interface ThingGroupTable {
  find(thingGroupName: string): ThingGroup | undefined;
  childrenOf(thingGroupName: string): readonly ThingGroup[];
  /** Name of every group that comes after `thingGroupName`, in their order. */
  namesAfter(thingGroupName: string): Iterable<string>;
  /** Names of the groups without a group above them, in their order. */
  rootNames(): readonly string[];
  /** Names of the group and of all groups below it, the group first. */
  withDescendants(thingGroupName: string): readonly string[];
  /** The group and the groups above it, the group first. */
  withAncestors(thingGroupName: string): readonly ThingGroup[];
  add(thingGroup: ThingGroup): void;
  /** Writes what may change: description, attributes and version. */
  update(thingGroup: ThingGroup): void;
  /** Removes a group that has none below it; its things leave it. */
  remove(thingGroupName: string): void;

  groupsOfThing(thingName: string): readonly string[];
  thingsOfGroup(thingGroupName: string): readonly string[];
  /** Adding a member twice leaves it a member. */
  addMember(thingGroupName: string, thingName: string): void;
  removeMember(thingGroupName: string, thingName: string): void;
}

export function createThingGroupTable(database: DatabaseSync): ThingGroupTable {
  const query = (rest: string) =>
    prepareQuery<ThingGroupRow>(database, `SELECT * FROM thingGroup WHERE ${rest}`);
  const selectOne = query("thingGroupName = :thingGroupName");
  const selectChildren = query("parentGroupName = :thingGroupName ORDER BY thingGroupName");
  const selectAfter = prepareQuery<{ thingGroupName: string }>(
    database,
    "SELECT thingGroupName FROM thingGroup WHERE thingGroupName > :thingGroupName ORDER BY 1",
  );
  const selectRoots = prepareQuery<{ thingGroupName: string }>(
    database,
    "SELECT thingGroupName FROM thingGroup WHERE parentGroupName IS NULL ORDER BY 1",
  );
  const selectDescendants = prepareQuery<{ thingGroupName: string }>(
    database,
    `WITH RECURSIVE below (thingGroupName) AS (
       VALUES (:thingGroupName)
       UNION SELECT child.thingGroupName FROM thingGroup AS child
         JOIN below ON child.parentGroupName = below.thingGroupName
     ) SELECT thingGroupName FROM below`,
  );
  const selectGroups = prepareQuery<{ thingGroupName: string }>(
    database,
    "SELECT thingGroupName FROM thingGroupMember WHERE thingName = :thingName ORDER BY 1",
  );
  const selectThings = prepareQuery<{ thingName: string }>(
    database,
    "SELECT thingName FROM thingGroupMember WHERE thingGroupName = :thingGroupName ORDER BY 1",
  );
  const insert = prepareInsert(database, "thingGroup", [
    "thingGroupName",
    "thingGroupId",
    "parentGroupName",
    "description",
    "attributes",
    "version",
    "creationDate",
  ]);
  const update = prepareChange(
    database,
    `UPDATE thingGroup
     SET description = :description, attributes = :attributes, version = :version
     WHERE thingGroupName = :thingGroupName`,
  );
  const remove = prepareChange(
    database,
    "DELETE FROM thingGroup WHERE thingGroupName = :thingGroupName",
  );
  const insertMember = prepareChange(
    database,
    `INSERT INTO thingGroupMember (thingGroupName, thingName) VALUES (:thingGroupName, :thingName)
     ON CONFLICT DO NOTHING`,
  );
  const removeMember = prepareChange(
    database,
    `DELETE FROM thingGroupMember
     WHERE thingGroupName = :thingGroupName AND thingName = :thingName`,
  );

  const find = (thingGroupName: string) => {
    const row = selectOne.get({ thingGroupName });
    return row && toThingGroup(row);
  };

  return {
    find,
    childrenOf: (thingGroupName) => selectChildren.all({ thingGroupName }).map(toThingGroup),
    *namesAfter(thingGroupName) {
      for (const row of selectAfter.each({ thingGroupName })) yield row.thingGroupName;
    },
    rootNames: () => selectRoots.all().map((row) => row.thingGroupName),
    withDescendants: (thingGroupName) =>
      selectDescendants.all({ thingGroupName }).map((row) => row.thingGroupName),
    withAncestors: (thingGroupName) => {
      const groups: ThingGroup[] = [];
      let group = find(thingGroupName);
      while (group !== undefined) {
        groups.push(group);
        group = group.parentGroupName === undefined ? undefined : find(group.parentGroupName);
      }
      return groups;
    },
    add: (thingGroup) => {
      insert({
        ...thingGroup,
        parentGroupName: thingGroup.parentGroupName ?? null,
        description: thingGroup.description ?? null,
        attributes: JSON.stringify(thingGroup.attributes),
        creationDate: thingGroup.creationDate.getTime(),
      });
    },
    update: ({ thingGroupName, description, attributes, version }) => {
      update({
        thingGroupName,
        description: description ?? null,
        attributes: JSON.stringify(attributes),
        version,
      });
    },
    remove: (thingGroupName) => {
      remove({ thingGroupName });
    },
    groupsOfThing: (thingName) => selectGroups.all({ thingName }).map((row) => row.thingGroupName),
    thingsOfGroup: (thingGroupName) =>
      selectThings.all({ thingGroupName }).map((row) => row.thingName),
    addMember: (thingGroupName, thingName) => {
      insertMember({ thingGroupName, thingName });
    },
    removeMember: (thingGroupName, thingName) => {
      removeMember({ thingGroupName, thingName });
    },
  };
}

function toThingGroup(row: ThingGroupRow): ThingGroup {
  const { parentGroupName, description, attributes, creationDate, ...rest } = row;
  return {
    ...rest,
    ...(parentGroupName !== null && { parentGroupName }),
    ...(description !== null && { description }),
    attributes: JSON.parse(attributes) as Attributes,
    creationDate: new Date(creationDate),
  };
}
