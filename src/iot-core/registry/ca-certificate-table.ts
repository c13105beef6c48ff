import type { DatabaseSync } from "node:sqlite";
import type { CaCertificate } from "../model.ts";
import { type CertificatePageRequest, cutPage, type Page } from "./page.ts";
import { prepareChange, prepareInsert, prepareQuery } from "./table.ts";

interface CaCertificateRow extends Omit<CaCertificate, "creationDate" | "lastModifiedDate"> {
  readonly position: number;
  readonly creationDate: number;
  readonly lastModifiedDate: number;
}

export interface CaCertificateTable {
  all(): readonly CaCertificate[];
  find(certificateId: string): CaCertificate | undefined;
  list(page: CertificatePageRequest): Page<CaCertificate>;
  add(certificate: CaCertificate): void;
  /** Writes what may change: the two statuses, the version and its date. */
  update(certificate: CaCertificate): void;
  remove(certificateId: string): void;
}

export function createCaCertificateTable(database: DatabaseSync): CaCertificateTable {
  const query = (rest: string) =>
    prepareQuery<CaCertificateRow>(database, `SELECT * FROM caCertificate ${rest}`);
  const selectAll = query("ORDER BY position");
  const selectOne = query("WHERE certificateId = :certificateId");
  const selectOlder = query("WHERE position < :after ORDER BY position DESC LIMIT :limit");
  const selectNewer = query("WHERE position > :after ORDER BY position LIMIT :limit");
  const insert = prepareInsert(database, "caCertificate", [
    "certificateId",
    "certificatePem",
    "status",
    "autoRegistrationStatus",
    "certificateMode",
    "creationDate",
    "lastModifiedDate",
    "customerVersion",
  ]);
  const update = prepareChange(
    database,
    `UPDATE caCertificate
     SET status = :status, autoRegistrationStatus = :autoRegistrationStatus,
       lastModifiedDate = :lastModifiedDate, customerVersion = :customerVersion
     WHERE certificateId = :certificateId`,
  );
  const remove = prepareChange(
    database,
    "DELETE FROM caCertificate WHERE certificateId = :certificateId",
  );

  return {
    all: () => selectAll.all().map(toCaCertificate),
    find: (certificateId) => {
      const row = selectOne.get({ certificateId });
      return row && toCaCertificate(row);
    },
    list: ({ after, limit, ascending }) => {
      const rows = ascending
        ? selectNewer.all({ after: after ?? 0, limit: limit + 1 })
        : selectOlder.all({ after: after ?? Number.MAX_SAFE_INTEGER, limit: limit + 1 });
      const page = cutPage(rows, limit, (row) => String(row.position));
      return { ...page, rows: page.rows.map(toCaCertificate) };
    },
    add: (certificate) => {
      insert({
        ...certificate,
        creationDate: certificate.creationDate.getTime(),
        lastModifiedDate: certificate.lastModifiedDate.getTime(),
      });
    },
    update: ({ certificateId, status, autoRegistrationStatus, ...certificate }) => {
      update({
        certificateId,
        status,
        autoRegistrationStatus,
        lastModifiedDate: certificate.lastModifiedDate.getTime(),
        customerVersion: certificate.customerVersion,
      });
    },
    remove: (certificateId) => {
      remove({ certificateId });
    },
  };
}

function toCaCertificate(row: CaCertificateRow): CaCertificate {
  const { position: _, creationDate, lastModifiedDate, ...rest } = row;
  return {
    ...rest,
    creationDate: new Date(creationDate),
    lastModifiedDate: new Date(lastModifiedDate),
  };
}
