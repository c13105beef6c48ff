import { BatchGetItemCommand } from "@aws-sdk/client-dynamodb";
import { backOff } from "./back-off.ts";
import type { Item } from "./item.ts";
import type { Tables } from "./tables.ts";

const maxKeys = 100;
const callsAtOnce = 4;

/**
 * Reads any number of items, strongly consistent; those that are not there are missing. What the
 * database leaves unprocessed is asked for again.
 */
export async function* getItems(tables: Tables, keys: readonly Item[]): AsyncGenerator<Item> {
  const step = maxKeys * callsAtOnce;
  for (let from = 0; from < keys.length; from += step) {
    const chunks = Array.from({ length: callsAtOnce }, (_, index) =>
      keys.slice(from + index * maxKeys, Math.min(from + (index + 1) * maxKeys, from + step)),
    );
    const found = chunks.filter(({ length }) => length > 0).map((chunk) => getChunk(tables, chunk));
    yield* (await Promise.all(found)).flat();
  }
}

async function getChunk(
  { client, ledger }: Tables,
  keys: readonly Item[],
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let left: readonly Item[] = keys;
  for (let round = 0; left.length > 0; round += 1) {
    if (round > 0) await backOff(round);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({
        RequestItems: { [ledger]: { Keys: [...left], ConsistentRead: true } },
      }),
    );
    found.push(...(Responses?.[ledger] ?? []));
    left = UnprocessedKeys?.[ledger]?.Keys ?? [];
  }
  return found;
}
