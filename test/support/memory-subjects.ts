import type {
  IssuerOwnership,
  ReadIssuerOwnership,
  WriteIssuer,
} from "../../src/access/manufacturers/issuer-ownership.ts";
import type { ReadSubject, Subject, WriteSubject } from "../../src/access/subjects.ts";
import type { AuditEvent } from "../../src/rules/audit/audit-record.ts";
import { emptyChain } from "../../src/rules/audit/audit-record.ts";
import type { Manufacturer } from "../../src/rules/decision/ledger.ts";

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

/** Who issues from which CA, in memory, beside manufacturers there. */
export function createOwnerships(write: WriteSubject<Manufacturer>) {
  const ownerships = new Map<string, IssuerOwnership>();
  const readOwnership: ReadIssuerOwnership = async (ca) => ownerships.get(ca);
  const writeIssuer: WriteIssuer = async (change) => {
    const { caCertificateId, read, manufacturer, ownership, audit } = change;
    if (!(await write(manufacturer.id, read.manufacturer, manufacturer, audit))) return false;
    if (ownership) ownerships.set(caCertificateId, ownership);
    else ownerships.delete(caCertificateId);
    return true;
  };
  return { readOwnership, writeIssuer, ownerships };
}
