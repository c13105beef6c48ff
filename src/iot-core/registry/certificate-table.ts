import type { DatabaseSync } from "node:sqlite";
import type { CertificateStatus, DeviceCertificate } from "../model.ts";
import { type CertificatePageRequest, cutPage, type Page } from "./page.ts";
import { prepareChange, prepareInsert, prepareQuery } from "./table.ts";

interface CertificateRow
  extends Omit<DeviceCertificate, "caCertificateId" | "creationDate" | "lastModifiedDate"> {
  readonly position: number;
  readonly caCertificateId: string | null;
  readonly creationDate: number;
  readonly lastModifiedDate: number;
}

export interface CertificateTable {
  find(certificateId: string): DeviceCertificate | undefined;
  list(page: CertificatePageRequest): Page<DeviceCertificate>;
  listByCa(caCertificateId: string, page: CertificatePageRequest): Page<DeviceCertificate>;
  add(certificate: DeviceCertificate): void;
  setStatus(certificateId: string, status: CertificateStatus, at: Date): void;
  remove(certificateId: string): void;
}

export function createCertificateTable(database: DatabaseSync): CertificateTable {
  const query = (rest: string) =>
    prepareQuery<CertificateRow>(database, `SELECT * FROM certificate ${rest}`);
  const selectOne = query("WHERE certificateId = :certificateId");
  const older = "position < :after ORDER BY position DESC LIMIT :limit";
  const newer = "position > :after ORDER BY position LIMIT :limit";
  const select = { older: query(`WHERE ${older}`), newer: query(`WHERE ${newer}`) };
  const selectOfCa = {
    older: query(`WHERE caCertificateId = :caCertificateId AND ${older}`),
    newer: query(`WHERE caCertificateId = :caCertificateId AND ${newer}`),
  };
  const insert = prepareInsert(database, "certificate", [
    "certificateId",
    "certificatePem",
    "caCertificateId",
    "status",
    "certificateMode",
    "creationDate",
    "lastModifiedDate",
    "customerVersion",
  ]);
  const updateStatus = prepareChange(
    database,
    `UPDATE certificate
     SET status = :status, lastModifiedDate = :at, customerVersion = customerVersion + 1
     WHERE certificateId = :certificateId`,
  );
  const remove = prepareChange(
    database,
    "DELETE FROM certificate WHERE certificateId = :certificateId",
  );

  const readPage = (
    queries: typeof select,
    { after, limit, ascending }: CertificatePageRequest,
    condition: Readonly<Record<string, string>>,
  ): Page<DeviceCertificate> => {
    const direction = ascending ? queries.newer : queries.older;
    const start = after ?? (ascending ? 0 : Number.MAX_SAFE_INTEGER);
    const rows = direction.all({ ...condition, after: start, limit: limit + 1 });
    const page = cutPage(rows, limit, (row) => String(row.position));
    return { ...page, rows: page.rows.map(toDeviceCertificate) };
  };

  return {
    find: (certificateId) => {
      const row = selectOne.get({ certificateId });
      return row && toDeviceCertificate(row);
    },
    list: (page) => readPage(select, page, {}),
    listByCa: (caCertificateId, page) => readPage(selectOfCa, page, { caCertificateId }),
    add: (certificate) => {
      insert({
        ...certificate,
        caCertificateId: certificate.caCertificateId ?? null,
        creationDate: certificate.creationDate.getTime(),
        lastModifiedDate: certificate.lastModifiedDate.getTime(),
      });
    },
    setStatus: (certificateId, status, at) => {
      updateStatus({ certificateId, status, at: at.getTime() });
    },
    remove: (certificateId) => {
      remove({ certificateId });
    },
  };
}

function toDeviceCertificate(row: CertificateRow): DeviceCertificate {
  const { position: _, caCertificateId, creationDate, lastModifiedDate, ...rest } = row;
  return {
    ...rest,
    ...(caCertificateId !== null && { caCertificateId }),
    creationDate: new Date(creationDate),
    lastModifiedDate: new Date(lastModifiedDate),
  };
}
