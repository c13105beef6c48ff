import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { schemaVersion } from "./ledger-keys.ts";

export type Item = Record<string, AttributeValue>;

/** Encodes an item; undefined members are left out. */
export function toItem(pk: string, sk: string, content: object): Item {
  return marshall({ pk, sk, schema: schemaVersion, ...content }, { removeUndefinedValues: true });
}

/** Decodes an item to what `toItem` was given, its keys included. */
export function fromItem(item: Item): Record<string, unknown> {
  return unmarshall(item);
}

export function toKey(pk: string, sk: string): Item {
  return { pk: { S: pk }, sk: { S: sk } };
}
