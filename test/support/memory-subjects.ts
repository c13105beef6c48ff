import type { ReadSubject, Subject, WriteSubject } from "../../src/access/subjects.ts";
import type { AuditEvent } from "../../src/rules/audit/audit-record.ts";
import { emptyChain } from "../../src/rules/audit/audit-record.ts";

/** Subjects in memory, and their audit events; the first `conflicts` writes find another's change. */
export function createSubjects<T>(conflicts = 0) {
  const values = new Map<string, T>();
  const events: (AuditEvent & { readonly id: string })[] = [];
  let writes = 0;
  const read: ReadSubject<T> = async (id): Promise<Subject<T>> => {
    const value = values.get(id);
    return { revision: writes, chain: emptyChain, ...(value !== undefined && { value }) };
  };
  const write: WriteSubject<T> = async (id, { revision }, value, audit) => {
    writes += 1;
    if (writes <= conflicts || revision !== writes - 1) return false;
    values.set(id, value);
    events.push({ id, ...audit });
    return true;
  };
  return { read, write, values, events, list: async () => [...values.values()] };
}
