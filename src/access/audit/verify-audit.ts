import type { AuditRecord, ChainHead } from "../../rules/audit/audit-record.ts";
import { type ChainBreak, verifyChain } from "../../rules/audit/verify-chain.ts";

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
      let chain = await readChain(each);
      let breaks = verifyChain(each, chain.records, chain.head);
      if (breaks.length > 0) {
        chain = await readChain(each);
        breaks = verifyChain(each, chain.records, chain.head);
      }
      chains += 1;
      records += chain.records.length;
      if (breaks.length > 0) broken.push({ subject: each, breaks });
    }
    return { chains, records, broken };
  };
}
