import type { ManufacturersDeps } from "../../access/manufacturers/manage-manufacturers.ts";
import { createReadIssuerOwnership, createWriteIssuer } from "./issuer-store.ts";
import { createListSubjectsOf, createSubjectAccess } from "./subject-access.ts";
import type { Tables } from "./tables.ts";

/** Builds what the use cases on manufacturers need of the database. */
export function createManufacturerStore(tables: Tables): Omit<ManufacturersDeps, "now" | "actor"> {
  return {
    ...createSubjectAccess(tables, "MANUFACTURER"),
    list: createListSubjectsOf(tables, "MANUFACTURER"),
    readOwnership: createReadIssuerOwnership(tables),
    writeIssuer: createWriteIssuer(tables),
  };
}
