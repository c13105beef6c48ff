import type { DatabaseSync } from "node:sqlite";
import type { Policy, PolicyVersion } from "../model.ts";
import { prepareChange, prepareInsert, prepareQuery } from "./table.ts";

interface PolicyRow extends Omit<Policy, "creationDate" | "lastModifiedDate"> {
  readonly latestVersionId: number;
  readonly creationDate: number;
  readonly lastModifiedDate: number;
}

interface PolicyVersionRow extends Omit<PolicyVersion, "creationDate"> {
  readonly policyName: string;
  readonly creationDate: number;
}

export interface PolicyTable {
  find(policyName: string): Policy | undefined;
  /** Every policy, by name. */
  all(): readonly Policy[];
  add(policyName: string, document: string, at: Date): void;
  /** Removes a policy with its versions. */
  remove(policyName: string): void;

  findVersion(policyName: string, versionId: number): PolicyVersion | undefined;
  /** Oldest first. */
  versions(policyName: string): readonly PolicyVersion[];
  /** Adds a version that is not the default; returns its id, which is never given twice. */
  addVersion(policyName: string, document: string, at: Date): number;
  removeVersion(policyName: string, versionId: number): void;
  setDefaultVersion(policyName: string, versionId: number, at: Date): void;
}

export function createPolicyTable(database: DatabaseSync): PolicyTable {
  const selectOne = prepareQuery<PolicyRow>(
    database,
    "SELECT * FROM policy WHERE policyName = :policyName",
  );
  const selectAll = prepareQuery<PolicyRow>(database, "SELECT * FROM policy ORDER BY policyName");
  const selectVersions = prepareQuery<PolicyVersionRow>(
    database,
    "SELECT * FROM policyVersion WHERE policyName = :policyName ORDER BY versionId",
  );
  const selectVersion = prepareQuery<PolicyVersionRow>(
    database,
    "SELECT * FROM policyVersion WHERE policyName = :policyName AND versionId = :versionId",
  );
  const insert = prepareInsert(database, "policy", [
    "policyName",
    "defaultVersionId",
    "latestVersionId",
    "creationDate",
    "lastModifiedDate",
  ]);
  const insertVersion = prepareInsert(database, "policyVersion", [
    "policyName",
    "versionId",
    "document",
    "creationDate",
  ]);
  const remove = prepareChange(database, "DELETE FROM policy WHERE policyName = :policyName");
  const removeVersion = prepareChange(
    database,
    "DELETE FROM policyVersion WHERE policyName = :policyName AND versionId = :versionId",
  );
  const updateLatest = prepareChange(
    database,
    "UPDATE policy SET latestVersionId = :versionId WHERE policyName = :policyName",
  );
  const updateDefault = prepareChange(
    database,
    `UPDATE policy SET defaultVersionId = :versionId, lastModifiedDate = :at
     WHERE policyName = :policyName`,
  );

  return {
    find: (policyName) => {
      const row = selectOne.get({ policyName });
      return row && toPolicy(row);
    },
    all: () => selectAll.all().map(toPolicy),
    add: (policyName, document, date) => {
      const at = date.getTime();
      insert({
        policyName,
        defaultVersionId: 1,
        latestVersionId: 1,
        creationDate: at,
        lastModifiedDate: at,
      });
      insertVersion({ policyName, versionId: 1, document, creationDate: at });
    },
    remove: (policyName) => {
      remove({ policyName });
    },
    findVersion: (policyName, versionId) => {
      const row = selectVersion.get({ policyName, versionId });
      return row && toPolicyVersion(row);
    },
    versions: (policyName) => selectVersions.all({ policyName }).map(toPolicyVersion),
    addVersion: (policyName, document, at) => {
      const versionId = (selectOne.get({ policyName })?.latestVersionId ?? 0) + 1;
      insertVersion({ policyName, versionId, document, creationDate: at.getTime() });
      updateLatest({ policyName, versionId });
      return versionId;
    },
    removeVersion: (policyName, versionId) => {
      removeVersion({ policyName, versionId });
    },
    setDefaultVersion: (policyName, versionId, at) => {
      updateDefault({ policyName, versionId, at: at.getTime() });
    },
  };
}

function toPolicy({ policyName, defaultVersionId, ...row }: PolicyRow): Policy {
  return {
    policyName,
    defaultVersionId,
    creationDate: new Date(row.creationDate),
    lastModifiedDate: new Date(row.lastModifiedDate),
  };
}

function toPolicyVersion({ versionId, document, creationDate }: PolicyVersionRow): PolicyVersion {
  return { versionId, document, creationDate: new Date(creationDate) };
}
