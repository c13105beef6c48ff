import type { AuditRecord, ChainHead } from "../../rules/audit/audit-record.ts";
import { type ChainBreak, verifyChain } from "../../rules/audit/verify-chain.ts";
import { MusterError } from "../../rules/errors.ts";

export interface VerifyAuditDeps {
  readonly readChain: (
    subject: string,
  ) => Promise<{ readonly records: readonly AuditRecord[]; readonly head: ChainHead }>;
  readonly listSubjects: () => AsyncIterable<string>;
}

export interface AuditVerdict {
  readonly chains: number;
  readonly records: number;
  readonly broken: readonly { readonly subject: string; readonly breaks: readonly ChainBreak[] }[];
}

/**
 * Checks the audit chain of one subject, or of all.
 *
 * A chain that is being written while it is read is read once more before it counts as broken.
 */
export type VerifyAudit = (subject?: string) => Promise<AuditVerdict>;

/** Builds the use case. */
export function createVerifyAudit({ readChain, listSubjects }: VerifyAuditDeps): VerifyAudit {
  return async (subject) => {
    let chains = 0;
    let records = 0;
    const broken: { subject: string; breaks: readonly ChainBreak[] }[] = [];
    for await (const each of subject === undefined ? listSubjects() : [subject]) {
      let checked = await check(each);
      if (checked.breaks.length > 0) checked = await check(each);
      chains += 1;
      records += checked.records;
      if (checked.breaks.length > 0) broken.push({ subject: each, breaks: checked.breaks });
    }
    return { chains, records, broken };
  };

  /** What cannot be read is a break like any other: the chains after it are still looked at. */
  async function check(subject: string) {
    try {
      const { records, head } = await readChain(subject);
      return { records: records.length, breaks: verifyChain(subject, records, head) };
    } catch (error) {
      if (!(error instanceof MusterError)) throw error;
      const unreadable = { code: "RECORD_UNREADABLE", sequence: 0, detail: error.message } as const;
      return { records: 0, breaks: [unreadable] };
    }
  }
}
