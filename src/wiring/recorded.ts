import type { WriteBatch } from "../batches/batch-stores.ts";
import type { ChangeCertificate } from "../onboarding/certificate-state.ts";
import type { AuditEvent } from "../rules/audit/audit-record.ts";
import { toSubject } from "../rules/audit/subject.ts";

/** An audit record that was just written. */
export interface Recorded {
  readonly subject: string;
  readonly sequence: number;
  readonly audit: AuditEvent;
}

/** For the log and the metrics; one whose answer was lost is not told of. */
export type OnRecorded = (recorded: Recorded) => void;

/** Has somebody told of the audit records that changes of certificates write. */
export function tellOfChanges(
  changeCertificate: ChangeCertificate,
  onRecorded: OnRecorded | undefined,
): ChangeCertificate {
  if (onRecorded === undefined) return changeCertificate;
  return async (change, signal) => {
    const result = await changeCertificate(change, signal);
    if (result.result === "written" && change.audit) {
      const subject = toSubject("CERT", change.certificateId);
      onRecorded({ subject, sequence: result.chain.sequence, audit: change.audit });
    }
    return result;
  };
}

/** Has somebody told of the audit records that changes of batches write. */
export function tellOfBatches(
  writeBatch: WriteBatch,
  onRecorded: OnRecorded | undefined,
): WriteBatch {
  if (onRecorded === undefined) return writeBatch;
  return async (expected, batch, audit) => {
    const written = await writeBatch(expected, batch, audit);
    const sequence = expected.chain.sequence + 1;
    if (written) onRecorded({ subject: toSubject("BATCH", batch.id), sequence, audit });
    return written;
  };
}
