import type { AuditRecord, ChainHead } from "./audit-record.ts";
import { emptyChain, hashRecord } from "./audit-record.ts";

/** Where a chain is broken and how. */
export interface ChainBreak {
  readonly code:
    | "RECORD_ALTERED"
    | "RECORD_UNREADABLE"
    | "RECORD_MISSING"
    | "LINK_BROKEN"
    | "SUBJECT_MIXED"
    | "HEAD_MISMATCH";
  readonly sequence: number;
  readonly detail: string;
}

/**
 * Checks that a subject's records form one whole chain which ends in `head`.
 *
 * The head is kept apart from the records, so that cutting off the end shows too.
 *
 * @param records in order of sequence, from the first.
 * @returns every break; empty when the chain is whole.
 */
export function verifyChain(
  subject: string,
  records: readonly AuditRecord[],
  head: ChainHead,
): readonly ChainBreak[] {
  const breaks: ChainBreak[] = [];
  let previous = emptyChain;
  for (const record of records) {
    const { sequence } = record;
    if (record.subject !== subject) {
      breaks.push({
        code: "SUBJECT_MIXED",
        sequence,
        detail: `The record is about ${record.subject}.`,
      });
    }
    if (sequence !== previous.sequence + 1) {
      breaks.push({
        code: "RECORD_MISSING",
        sequence: previous.sequence + 1,
        detail: `Record ${previous.sequence + 1} is missing; ${sequence} follows ${previous.sequence}.`,
      });
    } else if (record.previousHash !== previous.hash) {
      breaks.push({
        code: "LINK_BROKEN",
        sequence,
        detail: `It does not follow record ${previous.sequence}.`,
      });
    }
    if (hashRecord(record) !== record.hash) {
      breaks.push({
        code: "RECORD_ALTERED",
        sequence,
        detail: "Its content does not match its hash.",
      });
    }
    previous = { sequence, hash: record.hash };
  }
  if (previous.sequence !== head.sequence || previous.hash !== head.hash) {
    breaks.push({
      code: "HEAD_MISMATCH",
      sequence: head.sequence,
      detail: `The state says the chain ends with record ${head.sequence}; it ends with ${previous.sequence}.`,
    });
  }
  return breaks;
}
