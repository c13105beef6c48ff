import { MusterError } from "../rules/errors.ts";
import type {
  CertificateChange,
  CertificateRecord,
  ChangeCertificate,
  ReadCertificateRecord,
} from "./certificate-state.ts";

export interface UpdateRecordDeps {
  readonly readRecord: ReadCertificateRecord;
  readonly changeCertificate: ChangeCertificate;
}

const maxTries = 5;

/**
 * Reads a certificate's record, changes and writes it; again, when somebody else was faster.
 *
 * @param toChange gives undefined where there is nothing to change.
 * @returns the record that was changed; undefined when nothing was.
 * @throws MusterError STATE_CHANGED when others kept changing it.
 */
export async function updateRecord(
  { readRecord, changeCertificate }: UpdateRecordDeps,
  { certificateId, signal }: { readonly certificateId: string; readonly signal: AbortSignal },
  toChange: (record: CertificateRecord) => CertificateChange | undefined,
): Promise<CertificateRecord | undefined> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const record = await readRecord(certificateId, signal);
    const change = toChange(record);
    if (change === undefined) return undefined;
    const { result } = await changeCertificate(change, signal);
    if (result === "written") return record;
  }
  throw new MusterError("STATE_CHANGED", "The certificate's record kept changing; try again.");
}
