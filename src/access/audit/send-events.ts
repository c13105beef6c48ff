import type { AuditRecord } from "../../rules/audit/audit-record.ts";
import { toErrorCode } from "../../rules/errors.ts";
import { eventsOfCall, type FleetEvent, type PutEvents } from "../../rules/events/fleet-event.ts";
import { toFleetEvent } from "../../rules/events/to-fleet-event.ts";

export interface SendEventsDeps {
  readonly stage: string;
  readonly putEvents: PutEvents;
  /** Records of one subject, from its first. */
  readonly readSubject: (subject: string) => Promise<readonly AuditRecord[]>;
  /** Records of all subjects that were made between two moments, both included; in no order. */
  readonly readBetween: (from: string, to: string) => AsyncIterable<AuditRecord>;
}

/** One subject, or all that was recorded between two moments (ISO 8601). */
export type WhichEvents =
  | { readonly subject: string }
  | { readonly from: string; readonly to: string };

export interface SentEvents {
  /** Records that were looked at. */
  readonly records: number;
  readonly sent: number;
  readonly failed: readonly {
    readonly subject: string;
    readonly sequence: number;
    readonly code: string;
  }[];
}

/**
 * Sends events of the audit once more, for what the stream could not send. Receivers that had some of
 * them drop those by subject and sequence.
 */
export type SendEvents = (which: WhichEvents, signal: AbortSignal) => Promise<SentEvents>;

/** Builds the use case. */
export function createSendEvents(deps: SendEventsDeps): SendEvents {
  return async (which, signal) => {
    const failed: SentEvents["failed"][number][] = [];
    let records = 0;
    let sent = 0;
    let waiting: FleetEvent[] = [];
    const flush = async (): Promise<void> => {
      const outcomes = waiting.length > 0 ? await deps.putEvents(waiting, signal) : [];
      for (const [index, outcome] of outcomes.entries()) {
        const { subject = "", sequence = 0 } = waiting[index]?.detail ?? {};
        if (outcome.result === "sent") sent += 1;
        else failed.push({ subject, sequence, code: outcome.code });
      }
      waiting = [];
    };
    const all =
      "subject" in which
        ? await deps.readSubject(which.subject)
        : deps.readBetween(which.from, which.to);
    for await (const record of all) {
      records += 1;
      try {
        const event = toFleetEvent(record, deps.stage);
        if (event) waiting.push(event);
      } catch (error) {
        const { subject, sequence } = record;
        failed.push({ subject, sequence, code: toErrorCode(error) });
      }
      if (waiting.length === eventsOfCall) await flush();
    }
    await flush();
    return { records, sent, failed };
  };
}
