import { BatchGetItemCommand, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { backOff } from "./back-off.ts";
import { type Item, toKey } from "./item.ts";
import { stateKey } from "./ledger-keys.ts";
import { anyStateShape } from "./stored-shapes.ts";
import { readSubjectState, type StateShape, type SubjectState } from "./subject-state.ts";
import type { Tables } from "./tables.ts";

/** Reads the state of a subject of any kind, for its revision and chain, strongly consistent. */
export function getSubject(
  tables: Tables,
  subject: string,
  signal?: AbortSignal,
): Promise<SubjectState> {
  return getSubjectOf(tables, subject, anyStateShape, signal);
}

/** Reads the state of one subject, strongly consistent. */
export async function getSubjectOf<T>(
  { client, ledger }: Tables,
  subject: string,
  shape: StateShape<T>,
  signal?: AbortSignal,
): Promise<SubjectState<T>> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: ledger, Key: toKey(subject, stateKey), ConsistentRead: true }),
    signal ? { abortSignal: signal } : {},
  );
  return readSubjectState(Item, shape);
}

const keysOfCall = 100;

/**
 * Reads the state items of several subjects, a hundred in one call; what the database leaves
 * unprocessed is asked for again.
 *
 * @returns by subject; those without a state are missing.
 */
export async function getStateItems(
  { client, ledger }: Tables,
  subjects: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Item>> {
  const found = new Map<string, Item>();
  let left: Item[] = [...new Set(subjects)].map((subject) => toKey(subject, stateKey));
  for (let unprocessed = 0; left.length > 0; ) {
    if (unprocessed > 0) await backOff(unprocessed, signal);
    const keys = left.slice(0, keysOfCall);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [ledger]: { Keys: keys, ConsistentRead: true } } }),
      signal ? { abortSignal: signal } : {},
    );
    for (const item of Responses?.[ledger] ?? []) found.set(item["pk"]?.S ?? "", item);
    const again = UnprocessedKeys?.[ledger]?.Keys ?? [];
    unprocessed = again.length > 0 ? unprocessed + 1 : 0;
    left = [...again, ...left.slice(keysOfCall)];
  }
  return found;
}
