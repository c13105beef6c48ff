import { MusterError, toErrorCode } from "../../rules/errors.ts";
import type { ChangeCertificate, ReadCertificateRecord } from "../certificate-state.ts";
import { parseRegistrationEvent } from "./parse-registration-event.ts";

export interface RecordFailureDeps {
  readonly readRecord: ReadCertificateRecord;
  readonly changeCertificate: ChangeCertificate;
  readonly now: () => Date;
  readonly actor: string;
}

/**
 * Notes in the audit that an event is given up, when it goes to the dead-letter queue: the queue
 * itself keeps the message, not the reason.
 *
 * Only a certificate that the ledger knows has a chain to note it in.
 *
 * @returns whether it was noted.
 */
export type RecordFailure = (
  event: unknown,
  error: unknown,
  messageId: string,
  signal: AbortSignal,
) => Promise<boolean>;

/** Builds the use case. */
export function createRecordFailure(deps: RecordFailureDeps): RecordFailure {
  return async (event, error, messageId, signal) => {
    if (error instanceof MusterError && error.code === "EVENT_INVALID") return false;
    const { certificateId } = parseRegistrationEvent(event);
    for (let tries = 0; tries < maxTries; tries += 1) {
      const record = await deps.readRecord(certificateId, signal);
      if (record.state === undefined && record.entries.length === 0) return false;
      const audit = {
        action: "given-up",
        actor: deps.actor,
        at: deps.now().toISOString(),
        evidence: { code: toErrorCode(error), messageId },
      };
      const change = { certificateId, expected: record, audit };
      const written = await deps.changeCertificate(change, signal);
      if (written.result === "written") return true;
    }
    return false;
  };
}

const maxTries = 3;
