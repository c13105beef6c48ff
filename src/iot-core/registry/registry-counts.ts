import type { DatabaseSync } from "node:sqlite";
import type { CertificateStatus } from "../model.ts";
import { prepareQuery } from "./table.ts";

/** How much there is, for people. */
export interface RegistryCounts {
  certificatesByStatus(): Readonly<Record<CertificateStatus, number>>;
  things(): number;
  policies(): number;
}

export function createRegistryCounts(database: DatabaseSync): RegistryCounts {
  const selectStatuses = prepareQuery<{ status: CertificateStatus; count: number }>(
    database,
    "SELECT status, count(*) AS count FROM certificate GROUP BY status",
  );
  const countOf = (table: "thing" | "policy") => {
    const select = prepareQuery<{ count: number }>(
      database,
      `SELECT count(*) AS count FROM ${table}`,
    );
    return () => select.get()?.count ?? 0;
  };
  return {
    certificatesByStatus: () => ({
      ACTIVE: 0,
      INACTIVE: 0,
      REVOKED: 0,
      PENDING_ACTIVATION: 0,
      ...Object.fromEntries(selectStatuses.all().map(({ status, count }) => [status, count])),
    }),
    things: countOf("thing"),
    policies: countOf("policy"),
  };
}
