import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type {
  LeaveLane,
  PreregistrationProgress,
  ReadPreregistration,
  TakeLane,
  WritePreregistration,
} from "../../batches/preregister/preregistration.ts";
import { toSubject } from "../../rules/audit/subject.ts";
import { parseItem, type Shape, toItem, toKey } from "./item.ts";
import { bulkLane, laneKey, preregistrationKey } from "./ledger-keys.ts";
import type { Tables } from "./tables.ts";

const count = z.int().check(z.nonnegative());
const progressShape: Shape<PreregistrationProgress> = z.object({
  next: count,
  registered: count,
  refused: count,
  failed: count,
});

export function createReadPreregistration({ client, ledger }: Tables): ReadPreregistration {
  return async (batch) => {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: ledger,
        Key: toKey(toSubject("BATCH", batch), preregistrationKey),
        ConsistentRead: true,
      }),
    );
    return Item && parseItem(Item, progressShape);
  };
}

export function createWritePreregistration(tables: Tables): WritePreregistration {
  return (batch, progress) =>
    putIf(tables, {
      Item: toItem(toSubject("BATCH", batch), preregistrationKey, progress),
      ConditionExpression: "attribute_not_exists(pk) OR #next <= :next",
      ExpressionAttributeNames: { "#next": "next" },
      ExpressionAttributeValues: { ":next": { N: String(progress.next) } },
    });
}

/** Holders' clocks are compared, which NTP keeps within milliseconds of each other. */
export function createTakeLane(tables: Tables): TakeLane {
  return (holder, until, now) =>
    putIf(tables, {
      Item: toItem(bulkLane, laneKey, { holder, untilMs: until.getTime() }),
      ConditionExpression: "attribute_not_exists(pk) OR untilMs <= :now",
      ExpressionAttributeValues: { ":now": { N: String(now.getTime()) } },
    });
}

export function createLeaveLane(tables: Tables): LeaveLane {
  return async (holder) => {
    await putIf(tables, {
      Item: toItem(bulkLane, laneKey, { holder, untilMs: 0 }),
      ConditionExpression: "holder = :holder",
      ExpressionAttributeValues: { ":holder": { S: holder } },
    });
  };
}

/** @returns false when the condition did not hold. */
async function putIf(
  { client, ledger }: Tables,
  put: Omit<PutItemCommandInput, "TableName">,
): Promise<boolean> {
  try {
    await client.send(new PutItemCommand({ TableName: ledger, ...put }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
