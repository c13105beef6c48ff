import { MusterError, toErrorCode } from "../../rules/errors.ts";
import { type UpdateRecordDeps, updateRecord } from "../update-record.ts";
import { parseRegistrationEvent } from "./parse-registration-event.ts";

export interface RecordFailureDeps extends UpdateRecordDeps {
  readonly now: () => Date;
  readonly actor: string;
}

/**
 * Notes in the audit that an event is given up, when it goes to the dead-letter queue: the queue
 * itself keeps the message, not the reason.
 *
 * Only a certificate that the ledger knows has a chain to note it in.
 *
 * @throws MusterError STATE_CHANGED when others kept changing the record.
 */
export type RecordFailure = (
  event: unknown,
  error: unknown,
  messageId: string,
  signal: AbortSignal,
) => Promise<void>;

/** Builds the use case. */
export function createRecordFailure(deps: RecordFailureDeps): RecordFailure {
  return async (event, error, messageId, signal) => {
    if (error instanceof MusterError && error.code === "EVENT_INVALID") return;
    const { certificateId } = parseRegistrationEvent(event);
    await updateRecord(deps, { certificateId, signal }, (record) => {
      if (record.state === undefined && record.entries.length === 0) return undefined;
      const at = deps.now().toISOString();
      const evidence = { code: toErrorCode(error), messageId };
      const audit = { action: "given-up", actor: deps.actor, at, evidence };
      return { certificateId, expected: record, audit };
    });
  };
}
