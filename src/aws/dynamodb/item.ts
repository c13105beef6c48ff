import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod/mini";
import { MusterError } from "../../rules/errors.ts";
import { schemaVersion } from "./ledger-keys.ts";

export type Item = Record<string, AttributeValue>;

/** What an item has to be like to be taken for a `T`. */
export type Shape<T> = z.ZodMiniType<T>;

/** Encodes an item; undefined members are left out. */
export function toItem(pk: string, sk: string, content: object): Item {
  return marshall({ pk, sk, schema: schemaVersion, ...content }, { removeUndefinedValues: true });
}

/**
 * Decodes an item to what `toItem` was given.
 *
 * @throws MusterError STORED_ITEM_UNREADABLE, naming the item and its fields but never what they hold.
 */
export function parseItem<T>(item: Item, shape: Shape<T>): T {
  const { pk: _, sk: __, schema, ...content } = decode(item);
  if (schema !== schemaVersion) throw unreadable(item, ["schema"]);
  const parsed = z.safeParse(shape, content);
  if (parsed.success) return parsed.data;
  throw unreadable(
    item,
    parsed.error.issues.map(({ path }) => path.join(".")),
  );
}

export function toKey(pk: string, sk: string): Item {
  return { pk: { S: pk }, sk: { S: sk } };
}

function decode(item: Item): Record<string, unknown> {
  try {
    return unmarshall(item);
  } catch {
    // It quotes the number that JavaScript cannot hold.
    throw unreadable(item, ["(item)"]);
  }
}

function unreadable({ pk, sk }: Item, fields: readonly string[]): MusterError {
  const key = { pk: pk?.S ?? "", sk: sk?.S ?? "" };
  return new MusterError(
    "STORED_ITEM_UNREADABLE",
    `The stored item ${key.pk} ${key.sk} cannot be read; missing or wrong: ${fields.join(", ")}.`,
    { details: { ...key, fields } },
  );
}
