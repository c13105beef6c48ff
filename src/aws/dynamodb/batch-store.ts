import { QueryCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { BatchRecord } from "../../batches/batch-record.ts";
import type { ListBatches, ReadBatch, WriteBatch } from "../../batches/batch-stores.ts";
import { toSubject } from "../../rules/audit/subject.ts";
import type { BatchStatus } from "../../rules/batch/batch-status.ts";
import type { Batch } from "../../rules/decision/ledger.ts";
import { parseCursor, toCursor } from "./cursor.ts";
import { toItem } from "./item.ts";
import { allBatches, listedKey, stateKey, toBatchListing } from "./ledger-keys.ts";
import { pushedBatchShape } from "./stored-shapes.ts";
import { readSubjectState, toStateWrites } from "./subject-state.ts";
import { getStateItems, getSubjectOf } from "./subject-store.ts";
import { listingIndex, type Tables } from "./tables.ts";
import { transact } from "./transact.ts";

export function createReadBatch(tables: Tables): ReadBatch {
  return async (id) => {
    const { revision, chain, data } = await getSubjectOf(
      tables,
      toSubject("BATCH", id),
      pushedBatchShape,
    );
    return { revision, chain, ...(data?.pushed && { batch: data.pushed }) };
  };
}

/** Builds the write of a pushed batch; a new one gets into the lists with it. */
export function createWriteBatch(tables: Tables): WriteBatch {
  return async (expected, batch, audit) => {
    const subject = toSubject("BATCH", batch.id);
    const { items } = toStateWrites(tables, {
      subject,
      expected,
      data: { ...toLedgerBatch(batch), pushed: batch },
      index: { listing: toBatchListing(batch.manufacturer), listedAt: toListedAt(batch) },
      audit,
    });
    const listed = toItem(subject, listedKey, { listing: allBatches, listedAt: toListedAt(batch) });
    const isNew = expected.revision === 0;
    const all = isNew ? [...items, { Put: { TableName: tables.ledger, Item: listed } }] : items;
    return (await transact(tables.client, all)) === undefined;
  };
}

/** Sorts by time, and by id within one millisecond. */
const toListedAt = ({ createdAt, id }: BatchRecord) => `${createdAt} ${id}`;

/** What onboarding reads of every batch, however it came. */
function toLedgerBatch(batch: BatchRecord): Batch {
  const { id, manufacturer, profile, createdAt, counts } = batch;
  return {
    id,
    manufacturer,
    profile,
    createdAt,
    status: toLedgerStatus(batch.status),
    source: "push",
    entries: counts?.added ?? 0,
  };
}

function toLedgerStatus(status: BatchStatus): Batch["status"] {
  return status === "completed" || status === "recalled" ? status : "open";
}

const placeShape = z.object({
  pk: z.string().check(z.regex(/^BATCH#[0-9A-Za-z_-]{1,64}$/)),
  sk: z.enum([stateKey, listedKey]),
  listing: z.string(),
  listedAt: z.string().check(z.regex(/^[0-9TZ:.-]{20,30} [0-9A-Za-z_-]{1,64}$/)),
});

export function createListBatches(tables: Tables): ListBatches {
  const prefix = toSubject("BATCH", "");
  return async ({ limit, cursor, manufacturer }) => {
    const listing = manufacturer === undefined ? allBatches : toBatchListing(manufacturer);
    const { Items = [], LastEvaluatedKey } = await tables.client.send(
      new QueryCommand({
        TableName: tables.ledger,
        IndexName: listingIndex,
        KeyConditionExpression: "listing = :listing",
        ExpressionAttributeValues: { ":listing": { S: listing } },
        ScanIndexForward: false,
        Limit: limit,
        ...(cursor !== undefined && {
          ExclusiveStartKey: parseCursor(cursor, placeShape, (place) => place.listing === listing),
        }),
      }),
    );
    const subjects = Items.map(({ pk }) => pk?.S ?? "").filter((pk) => pk.startsWith(prefix));
    const states = await getStateItems(tables, subjects);
    const batches = subjects.flatMap((subject) => {
      const { data } = readSubjectState(states.get(subject), pushedBatchShape);
      return data?.pushed ?? [];
    });
    return { batches, ...(LastEvaluatedKey && { cursor: toCursor(LastEvaluatedKey) }) };
  };
}
