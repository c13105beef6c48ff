import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import {
  type AuditEvent,
  appendRecord,
  type ChainHead,
  emptyChain,
} from "../../rules/audit/audit-record.ts";
import { type Item, parseItem, type Shape, toItem } from "./item.ts";
import { stateKey, toSequenceKey } from "./ledger-keys.ts";
import type { Tables } from "./tables.ts";

/**
 * The `STATE` item of a subject: its data, a revision that grows with every change, and the head of
 * its audit chain. A change and its audit record are one transaction, so neither stands alone.
 */
export interface SubjectState<T = object> {
  readonly revision: number;
  readonly chain: ChainHead;
  readonly data?: T;
}

export interface SubjectChange {
  readonly subject: string;
  readonly expected: Pick<SubjectState, "revision" | "chain">;
  readonly data: object | undefined;
  /** Keys of a sparse index, beside the data. */
  readonly index?: Readonly<Record<string, string>>;
  readonly audit?: AuditEvent;
}

interface StateContent<T> {
  readonly revision: number;
  readonly auditSequence: number;
  readonly auditHash: string;
  readonly data?: T;
}

export type StateShape<T> = Shape<StateContent<T>>;

/** @throws MusterError STORED_ITEM_UNREADABLE: a damaged state is never taken for none. */
export function readSubjectState<T>(item: Item | undefined, shape: StateShape<T>): SubjectState<T> {
  if (item === undefined) return { revision: 0, chain: emptyChain };
  const { revision, auditSequence, auditHash, data } = parseItem(item, shape);
  return {
    revision,
    chain: { sequence: auditSequence, hash: auditHash },
    ...(data !== undefined && { data }),
  };
}

/** Builds the writes of a change: the state first, then the audit record if there is one. */
export function toStateWrites(
  tables: Tables,
  { subject, expected, data, index, audit }: SubjectChange,
): { readonly items: readonly TransactWriteItem[]; readonly next: Omit<SubjectState, "data"> } {
  const record = audit && appendRecord(subject, expected.chain, correlated(tables, audit));
  const chain = record ? { sequence: record.sequence, hash: record.hash } : expected.chain;
  const revision = expected.revision + 1;
  const items: TransactWriteItem[] = [
    {
      Put: {
        TableName: tables.ledger,
        Item: toItem(subject, stateKey, {
          revision,
          auditSequence: chain.sequence,
          auditHash: chain.hash,
          ...(data && { data }),
          ...index,
        }),
        ...(expected.revision === 0
          ? { ConditionExpression: "attribute_not_exists(pk)" }
          : {
              ConditionExpression: "revision = :expected",
              ExpressionAttributeValues: { ":expected": { N: String(expected.revision) } },
            }),
      },
    },
  ];
  if (record) {
    items.push({
      Put: {
        TableName: tables.audit,
        Item: toItem(subject, toSequenceKey(record.sequence), { record }),
        ConditionExpression: "attribute_not_exists(pk)",
      },
    });
  }
  return { items, next: { revision, chain } };
}

function correlated({ correlationId: read }: Tables, audit: AuditEvent): AuditEvent {
  const correlationId = read?.();
  return correlationId === undefined ? audit : { ...audit, correlationId };
}
