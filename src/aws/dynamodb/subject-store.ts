import { setTimeout as sleep } from "node:timers/promises";
import {
  BatchGetItemCommand,
  GetItemCommand,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import { type Item, toKey } from "./item.ts";
import { stateKey } from "./ledger-keys.ts";
import {
  noState,
  readSubjectState,
  type SubjectChange,
  type SubjectState,
  toStateWrites,
} from "./subject-state.ts";
import type { Tables } from "./tables.ts";
import { transact } from "./transact.ts";

/** Reads the state of one subject, strongly consistent. */
export async function getSubject(
  { client, ledger }: Tables,
  subject: string,
  signal?: AbortSignal,
): Promise<SubjectState> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: ledger, Key: toKey(subject, stateKey), ConsistentRead: true }),
    signal ? { abortSignal: signal } : {},
  );
  return readSubjectState(Item);
}

/**
 * Reads the states of several subjects in one call; what the database leaves unprocessed is asked
 * for again.
 *
 * @returns in the order of `subjects`.
 */
export async function getSubjects(
  { client, ledger }: Tables,
  subjects: readonly string[],
  signal?: AbortSignal,
): Promise<readonly SubjectState[]> {
  const found = new Map<string, Item>();
  let keys: Item[] = [...new Set(subjects)].map((subject) => toKey(subject, stateKey));
  for (let round = 0; keys.length > 0; round += 1) {
    if (round > 0)
      await sleep(
        Math.random() * Math.min(1_000, 20 * 2 ** round),
        undefined,
        signal ? { signal } : {},
      );
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [ledger]: { Keys: keys, ConsistentRead: true } } }),
      signal ? { abortSignal: signal } : {},
    );
    for (const item of Responses?.[ledger] ?? []) found.set(item["pk"]?.S ?? "", item);
    keys = UnprocessedKeys?.[ledger]?.Keys ?? [];
  }
  return subjects.map((subject) => {
    const item = found.get(subject);
    return item ? readSubjectState(item) : noState;
  });
}

/**
 * Writes the state of a subject, its audit record, and what goes with them, all or nothing.
 *
 * @returns false when somebody else changed the subject, or a condition of `also` failed.
 */
export async function changeSubject(
  tables: Tables,
  change: SubjectChange,
  also: readonly TransactWriteItem[] = [],
  signal?: AbortSignal,
): Promise<boolean> {
  const { items } = toStateWrites(tables, change);
  return (await transact(tables.client, [...items, ...also], signal)) === undefined;
}
