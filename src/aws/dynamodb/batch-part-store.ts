import {
  ConditionalCheckFailedException,
  PutItemCommand,
  paginateQuery,
} from "@aws-sdk/client-dynamodb";
import type { PartRecord } from "../../batches/batch-record.ts";
import type { ReadParts, WritePart } from "../../batches/batch-stores.ts";
import { toSubject } from "../../rules/audit/subject.ts";
import { parseItem, toItem } from "./item.ts";
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

/** The states that a state may follow, itself among them. */
const before: Readonly<Record<PartRecord["state"], readonly PartRecord["state"][]>> = {
  checking: ["checking"],
  checked: ["checking", "checked"],
  landing: ["checked", "landing"],
  landed: ["checked", "landing", "landed"],
};

export function createWritePart({ client, ledger }: Tables): WritePart {
  return async (batch, part) => {
    const states = before[part.state];
    const names = states.map((_, index) => `:state${index}`);
    try {
      await client.send(
        new PutItemCommand({
          TableName: ledger,
          Item: toItem(toSubject("BATCH", batch), toPartKey(part.part), part),
          ConditionExpression: `attribute_not_exists(pk) OR #state IN (${names.join(", ")})`,
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: Object.fromEntries(
            states.map((state, index) => [`:state${index}`, { S: state }]),
          ),
        }),
      );
    } catch (error) {
      // Another worker has come further with the same part.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };
}
