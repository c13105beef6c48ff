import type { AuditEvent, ChainHead } from "../rules/audit/audit-record.ts";
import { MusterError } from "../rules/errors.ts";

/** A thing that operators keep, as it was read. */
export interface Subject<T> {
  readonly revision: number;
  readonly chain: ChainHead;
  /** Undefined when there is none. */
  readonly value?: T;
}

/** Reads one subject, strongly consistent. */
export type ReadSubject<T> = (id: string) => Promise<Subject<T>>;

/**
 * Writes a subject and its audit record in one transaction, on condition that it is still as read.
 *
 * @returns false when somebody else changed it meanwhile.
 */
export type WriteSubject<T> = (
  id: string,
  read: Subject<T>,
  value: T,
  audit: AuditEvent,
) => Promise<boolean>;

const maxTries = 5;

/**
 * Reads, changes and writes a subject; again, when somebody else was faster.
 *
 * @param change gives the new value and its audit record; undefined leaves the subject as it is.
 * @returns the value that now stands.
 * @throws MusterError STATE_CHANGED when others kept changing it.
 */
export async function updateSubject<T>(
  id: string,
  read: ReadSubject<T>,
  write: WriteSubject<T>,
  change: (
    current: T | undefined,
  ) =>
    | Promise<{ readonly value: T; readonly audit?: AuditEvent }>
    | { readonly value: T; readonly audit?: AuditEvent },
): Promise<T> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const subject = await read(id);
    const { value, audit } = await change(subject.value);
    if (audit === undefined || (await write(id, subject, value, audit))) return value;
  }
  throw new MusterError("STATE_CHANGED", `"${id}" kept being changed by somebody else; try again.`);
}
