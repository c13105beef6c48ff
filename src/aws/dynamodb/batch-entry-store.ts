import {
  type CancellationReason,
  QueryCommand,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type {
  AddEntries,
  ListEntries,
  NewEntry,
  ReadClaims,
  ReadStandings,
} from "../../batches/batch-stores.ts";
import { toSubject } from "../../rules/audit/subject.ts";
import type { Claim } from "../../rules/batch/judge-claim.ts";
import { MusterError } from "../../rules/errors.ts";
import { getItems } from "./batch-get.ts";
import { toLandingCheck } from "./batch-part-store.ts";
import { parseCursor, toCursor } from "./cursor.ts";
import { toEntryItem } from "./entry-item.ts";
import { toHolderWrite } from "./id-holder-store.ts";
import { parseItem, toItem, toKey } from "./item.ts";
import { claimKey, stateKey } from "./ledger-keys.ts";
import { claimShape, stateShapes } from "./stored-shapes.ts";
import { readSubjectState } from "./subject-state.ts";
import { batchIndex, type Tables } from "./tables.ts";
import { transact } from "./transact.ts";

const certPrefix = toSubject("CERT", "");

export function createReadClaims(tables: Tables): ReadClaims {
  return async (certificateIds) => {
    const keys = certificateIds.map((id) => toKey(toSubject("CERT", id), claimKey));
    const claims = new Map<string, Claim>();
    for await (const item of getItems(tables, keys)) {
      const { batches = [], ...claim } = parseItem(item, claimShape);
      claims.set((item["pk"]?.S ?? "").slice(certPrefix.length), { ...claim, batches });
    }
    return claims;
  };
}

/** AWS takes 100 items, and 4 MB in all. */
const itemsOfTransaction = 100;
const bytesOfTransaction = 3_000_000;
/** Of what an entry has beside certificates and attributes, of its claim and its id, at most. */
const bytesBeside = 2_000;

/**
 * Builds the write of many entries at once. A transaction that one entry spoils is written again
 * without it, so that each is decided by itself.
 *
 * What a first claim says is the same whoever lands the part, and however late. What follows a claim
 * is not: so it is written only by whoever the part is with, one transaction after another, as those
 * that look at one item are in each other's way.
 */
export function createAddEntries(tables: Tables): AddEntries {
  return async (entries, landing) => {
    const first = toChunks(
      entries.filter(({ standing }) => standing === undefined),
      itemsOfTransaction,
    );
    const following = toChunks(
      entries.filter(({ standing }) => standing !== undefined),
      itemsOfTransaction - 1,
    );
    const overtaken = await Promise.all(first.map((chunk) => addChunk(tables, chunk)));
    const check = toLandingCheck(tables, landing);
    for (const chunk of following) overtaken.push(await addChunk(tables, chunk, check));
    return overtaken.flat();
  };
}

/** Some entries at a time, of not more items and bytes together than one transaction takes. */
function toChunks(entries: readonly NewEntry[], most: number): readonly (readonly NewEntry[])[] {
  const chunks: NewEntry[][] = [];
  let chunk: NewEntry[] = [];
  let items = 0;
  let bytes = 0;
  for (const each of entries) {
    const [itemsMore, bytesMore] = [toItemCount(each), toSize(each)];
    const isFull = items + itemsMore > most || bytes + bytesMore > bytesOfTransaction;
    if (chunk.length > 0 && isFull) {
      chunks.push(chunk);
      chunk = [];
      items = 0;
      bytes = 0;
    }
    chunk.push(each);
    items += itemsMore;
    bytes += bytesMore;
  }
  return chunk.length > 0 ? [...chunks, chunk] : chunks;
}

/** A claim and an entry, and whose the id is. */
function toItemCount({ heldId }: NewEntry): number {
  return heldId === undefined ? 2 : 3;
}

function toSize({ entry: { certificate, chain, attributes } }: NewEntry): number {
  const ders = chain.reduce((sum, { length }) => sum + length, certificate?.length ?? 0);
  const texts = Object.entries(attributes).flat();
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), ders + bytesBeside);
}

async function addChunk(
  tables: Tables,
  entries: readonly NewEntry[],
  check?: TransactWriteItem,
): Promise<readonly string[]> {
  const overtaken: string[] = [];
  let left = entries;
  while (left.length > 0) {
    const writes = left.flatMap((entry) => toWrites(tables, entry));
    const reasons = await transact(tables.client, check ? [...writes, check] : writes);
    if (reasons === undefined) break;
    if (reasons[writes.length]?.Code === "ConditionalCheckFailed") {
      throw new MusterError("STATE_CHANGED", "Another worker is at this part, or was.");
    }
    const spoilt = findSpoilt(left, reasons);
    overtaken.push(...spoilt);
    left = left.filter(({ certificateId }) => !spoilt.has(certificateId));
  }
  return overtaken;
}

/** Of what is written of an entry, the claim alone has a condition, and comes first. */
function findSpoilt(
  entries: readonly NewEntry[],
  reasons: readonly CancellationReason[],
): ReadonlySet<string> {
  const spoilt = new Set<string>();
  let at = 0;
  for (const each of entries) {
    if (reasons[at]?.Code === "ConditionalCheckFailed") spoilt.add(each.certificateId);
    at += toItemCount(each);
  }
  return spoilt;
}

function toWrites(
  { ledger }: Tables,
  { certificateId, entry, claim, standing, heldId }: NewEntry,
): readonly TransactWriteItem[] {
  const { manufacturer, batch, importedAt } = entry;
  const holder = { since: importedAt, batch, certificateId };
  return [
    {
      Put: {
        TableName: ledger,
        Item: toItem(toSubject("CERT", certificateId), claimKey, claim),
        ...toClaimCondition(standing),
      },
    },
    { Put: { TableName: ledger, Item: toEntryItem({ certificateId }, entry) } },
    ...(heldId === undefined
      ? []
      : [toHolderWrite({ ledger }, { manufacturer, deviceId: heldId }, holder)]),
  ];
}

/** The claim is as it was read: nobody claimed it since, and no other batch of the manufacturer did. */
export function toClaimCondition(standing: Claim | undefined): object {
  if (standing === undefined) return { ConditionExpression: "attribute_not_exists(pk)" };
  const { manufacturer, profile, batches } = standing;
  const none = batches.length === 0;
  return {
    ConditionExpression: `manufacturer = :manufacturer AND profile = :profile AND ${
      none ? "attribute_not_exists(batches)" : "batches = :batches"
    }`,
    ExpressionAttributeValues: {
      ":manufacturer": { S: manufacturer },
      ":profile": { S: profile },
      ...(!none && { ":batches": { L: batches.map((S) => ({ S })) } }),
    },
  };
}

const placeShape = z.object({ pk: z.string(), sk: z.string(), batchListing: z.string() });

export function createListEntries({ client, ledger }: Tables): ListEntries {
  return async (batch, { limit, cursor }) => {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: ledger,
        IndexName: batchIndex,
        KeyConditionExpression: "batchListing = :batch",
        ExpressionAttributeValues: { ":batch": { S: batch } },
        Limit: limit,
        ...(cursor !== undefined && {
          ExclusiveStartKey: parseCursor(cursor, placeShape, (at) => at.batchListing === batch),
        }),
      }),
    );
    const ids = Items.map(({ pk }) => pk?.S ?? "").filter((pk) => pk.startsWith(certPrefix));
    return {
      certificateIds: ids.map((pk) => pk.slice(certPrefix.length)),
      ...(LastEvaluatedKey && { cursor: toCursor(LastEvaluatedKey) }),
    };
  };
}

const standings = {
  admitted: "admitted",
  onboarding: "undecided",
  parking: "out",
  quarantined: "out",
  rejected: "out",
} as const;

export function createReadStandings(tables: Tables): ReadStandings {
  return async (certificateIds) => {
    const keys = certificateIds.map((id) => toKey(toSubject("CERT", id), stateKey));
    const found = new Map<string, "admitted" | "out" | "undecided">();
    for await (const item of getItems(tables, keys)) {
      const { data } = readSubjectState(item, stateShapes.CERT);
      // A hold or a revocation may have come before the first connect.
      if (data === undefined) continue;
      found.set((item["pk"]?.S ?? "").slice(certPrefix.length), standings[data.status]);
    }
    return found;
  };
}
