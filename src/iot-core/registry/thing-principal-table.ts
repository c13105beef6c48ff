import type { DatabaseSync } from "node:sqlite";
import type { ThingPrincipalType } from "../model.ts";
import { prepareChange, prepareInsert, prepareQuery } from "./table.ts";

/** A certificate attached to a thing. */
export interface ThingPrincipal {
  readonly thingName: string;
  readonly certificateId: string;
  readonly thingPrincipalType: ThingPrincipalType;
}

export interface ThingPrincipalTable {
  find(thingName: string, certificateId: string): ThingPrincipal | undefined;
  ofThing(thingName: string): readonly ThingPrincipal[];
  ofCertificate(certificateId: string): readonly ThingPrincipal[];
  add(principal: ThingPrincipal): void;
  remove(thingName: string, certificateId: string): void;
}

export function createThingPrincipalTable(database: DatabaseSync): ThingPrincipalTable {
  const query = (rest: string) =>
    prepareQuery<ThingPrincipal>(database, `SELECT * FROM thingPrincipal WHERE ${rest}`);
  const selectOne = query("thingName = :thingName AND certificateId = :certificateId");
  const selectOfThing = query("thingName = :thingName ORDER BY certificateId");
  const selectOfCertificate = query("certificateId = :certificateId ORDER BY thingName");
  const insert = prepareInsert(database, "thingPrincipal", [
    "thingName",
    "certificateId",
    "thingPrincipalType",
  ]);
  const remove = prepareChange(
    database,
    "DELETE FROM thingPrincipal WHERE thingName = :thingName AND certificateId = :certificateId",
  );
  return {
    find: (thingName, certificateId) => selectOne.get({ thingName, certificateId }),
    ofThing: (thingName) => selectOfThing.all({ thingName }),
    ofCertificate: (certificateId) => selectOfCertificate.all({ certificateId }),
    add: (principal) => {
      insert({ ...principal });
    },
    remove: (thingName, certificateId) => {
      remove({ thingName, certificateId });
    },
  };
}
