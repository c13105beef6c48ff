import {
  ConditionalCheckFailedException,
  paginateQuery,
  type TransactWriteItem,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { PartRecord } from "../../batches/batch-record.ts";
import type { Landing, NoteSent, ReadParts, WritePart } from "../../batches/batch-stores.ts";
import { toSubject } from "../../rules/audit/subject.ts";
import { type Item, parseItem, toItem, toKey } from "./item.ts";
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

/** The states that a state may follow. */
const before: Readonly<Record<PartRecord["state"], readonly PartRecord["state"][]>> = {
  checking: ["checking"],
  checked: ["checking", "checked"],
  // A part that another worker is at is taken over from that one only.
  landing: ["checked"],
  landed: ["checked", "landing", "landed"],
};

export function createWritePart({ client, ledger }: Tables): WritePart {
  return async (batch, part, attempt) => {
    const states =
      part.state === "landing" && attempt !== undefined ? [part.state] : before[part.state];
    const names = states.map((_, index) => `:state${index}`);
    const mayFollow = `#state IN (${names.join(", ")})`;
    const condition =
      attempt === undefined
        ? `attribute_not_exists(pk) OR ${mayFollow}`
        : `${mayFollow} AND ${isOf}`;
    const update = toUpdate(batch, part);
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: ledger,
          ...update,
          ConditionExpression: condition,
          ExpressionAttributeValues: {
            ...update.ExpressionAttributeValues,
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

const ofAttempt = ["attempt", "at"];

/** Sets everything but what was sent, which is of no use any more of a part that has landed. */
function toUpdate(batch: string, part: Omit<PartRecord, "sent">) {
  const { pk, sk, ...fields } = toItem(toSubject("BATCH", batch), toPartKey(part.part), part);
  const names = Object.keys(fields);
  const set = names.map((name) => `#${name} = :to_${name}`);
  const gone = [
    ...ofAttempt.filter((name) => !names.includes(name)),
    ...(part.state === "landed" ? ["sent"] : []),
  ];
  const remove = gone.length > 0 ? ` REMOVE ${gone.map((name) => `#${name}`).join(", ")}` : "";
  return {
    Key: { pk, sk } as Item,
    UpdateExpression: `SET ${set.join(", ")}${remove}`,
    ExpressionAttributeNames: Object.fromEntries(
      [...names, ...gone].map((name) => [`#${name}`, name]),
    ),
    ExpressionAttributeValues: Object.fromEntries(
      names.map((name) => [`:to_${name}`, fields[name]]),
    ) as Item,
  };
}

export function createNoteSent({ client, ledger }: Tables): NoteSent {
  return async (batch, part, sent) => {
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: ledger,
          Key: toKey(toSubject("BATCH", batch), toPartKey(part)),
          UpdateExpression: "SET sent = :sent",
          ConditionExpression:
            "#state IN (:checked, :landing) AND (attribute_not_exists(sent) OR sent < :sent)",
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: {
            ":sent": { N: String(sent) },
            ":checked": { S: "checked" },
            ":landing": { S: "landing" },
          },
        }),
      );
    } catch (error) {
      // It has landed, or a later one was sent.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };
}
