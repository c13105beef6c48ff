import {
  ConditionalCheckFailedException,
  PutItemCommand,
  paginateQuery,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import type { PartRecord } from "../../batches/batch-record.ts";
import type { Landing, ReadParts, WritePart } from "../../batches/batch-stores.ts";
import { toSubject } from "../../rules/audit/subject.ts";
import { parseItem, toItem, toKey } from "./item.ts";
import { partPrefix, toPartKey } from "./ledger-keys.ts";
import { partShape } from "./stored-shapes.ts";
import type { Tables } from "./tables.ts";

export function createReadParts({ client, ledger }: Tables): ReadParts {
  return async (batch) => {
    const parts: PartRecord[] = [];
    const pages = paginateQuery(
      { client },
      {
        TableName: ledger,
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :part)",
        ExpressionAttributeValues: {
          ":pk": { S: toSubject("BATCH", batch) },
          ":part": { S: partPrefix },
        },
      },
    );
    for await (const { Items = [] } of pages) {
      parts.push(...Items.map((item) => parseItem(item, partShape)));
    }
    return parts;
  };
}

const isOf = "attempt = :attempt";

/** Holds as long as a part is landed by this attempt; for a transaction. */
export function toLandingCheck(
  { ledger }: Tables,
  { batch, part, attempt }: Landing,
): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName: ledger,
      Key: toKey(toSubject("BATCH", batch), toPartKey(part)),
      ConditionExpression: isOf,
      ExpressionAttributeValues: { ":attempt": { S: attempt } },
    },
  };
}

/** The states that a state may follow, itself among them. */
const before: Readonly<Record<PartRecord["state"], readonly PartRecord["state"][]>> = {
  checking: ["checking"],
  checked: ["checking", "checked"],
  landing: ["checked", "landing"],
  landed: ["checked", "landing", "landed"],
};

export function createWritePart({ client, ledger }: Tables): WritePart {
  return async (batch, part, attempt) => {
    const states = before[part.state];
    const names = states.map((_, index) => `:state${index}`);
    const mayFollow = `#state IN (${names.join(", ")})`;
    const condition =
      attempt === undefined
        ? `attribute_not_exists(pk) OR ${mayFollow}`
        : `${mayFollow} AND ${isOf}`;
    try {
      await client.send(
        new PutItemCommand({
          TableName: ledger,
          Item: toItem(toSubject("BATCH", batch), toPartKey(part.part), part),
          ConditionExpression: condition,
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: {
            ...Object.fromEntries(states.map((state, index) => [`:state${index}`, { S: state }])),
            ...(attempt !== undefined && { ":attempt": { S: attempt } }),
          },
        }),
      );
      return true;
    } catch (error) {
      // Another worker has come further with the same part, or has taken it over.
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
}
