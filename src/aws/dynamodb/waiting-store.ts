import { QueryCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { toSubject } from "../../rules/audit/subject.ts";
import { MusterError } from "../../rules/errors.ts";
import { parseCursor, toCursor } from "./cursor.ts";
import { listingShards, toListingKey } from "./ledger-keys.ts";
import { listingIndex, type Tables } from "./tables.ts";

/** The listings of what waits for the ledger: parked, for good or to be looked at again. */
const listings = ["quarantined", "recheck"].flatMap((listing) =>
  Array.from({ length: listingShards }, (_, shard) => toListingKey(listing, shard)),
);

const placeShape = z.object({
  pk: z.string(),
  sk: z.string(),
  listing: z.string(),
  listedAt: z.string(),
});

const certPrefix = toSubject("CERT", "");
/** As many are looked up in the ledger at once. */
const idsOfPage = 200;

/**
 * Builds the count of certificates that wait for the ledger, which goes no further than a limit; it
 * may lag behind by seconds.
 */
export function createCountWaiting({ client, ledger }: Tables) {
  return async (limit: number, signal?: AbortSignal): Promise<number> => {
    let count = 0;
    for (const listing of listings) {
      let from: object = {};
      do {
        const { Count = 0, LastEvaluatedKey } = await client.send(
          new QueryCommand({
            ...queryOf(ledger, listing),
            Select: "COUNT",
            Limit: limit - count,
            ...from,
          }),
          signal && { abortSignal: signal },
        );
        count += Count;
        if (count >= limit) return count;
        from = LastEvaluatedKey ? { ExclusiveStartKey: LastEvaluatedKey } : {};
      } while ("ExclusiveStartKey" in from);
    }
    return count;
  };
}

/**
 * Builds the listing of certificates that wait for the ledger, a page at a time. It lags behind by
 * seconds; who moves from one listing to another meanwhile may be missed or come twice.
 *
 * @throws MusterError REQUEST_INVALID for a cursor that is none.
 */
export function createListWaiting({ client, ledger }: Tables) {
  return async (
    cursor?: string,
    signal?: AbortSignal,
  ): Promise<{ readonly certificateIds: readonly string[]; readonly cursor?: string }> => {
    const [at, key] = cursor === undefined ? [0, ""] : parsePlace(cursor);
    const listing = listings[at] ?? "";
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        ...queryOf(ledger, listing),
        Limit: idsOfPage,
        ...(key !== "" && {
          ExclusiveStartKey: parseCursor(key, placeShape, (place) => place.listing === listing),
        }),
      }),
      signal && { abortSignal: signal },
    );
    const certificateIds = Items.map(({ pk }) => (pk?.S ?? "").slice(certPrefix.length));
    if (LastEvaluatedKey) return { certificateIds, cursor: `${at}.${toCursor(LastEvaluatedKey)}` };
    return { certificateIds, ...(at + 1 < listings.length && { cursor: `${at + 1}.` }) };
  };
}

function queryOf(ledger: string, listing: string) {
  return {
    TableName: ledger,
    IndexName: listingIndex,
    KeyConditionExpression: "listing = :listing",
    ExpressionAttributeValues: { ":listing": { S: listing } },
  };
}

/** @returns which listing, and where in it: empty for its beginning. */
function parsePlace(cursor: string): readonly [at: number, key: string] {
  const [, number, key = ""] = /^(\d{1,2})\.(.*)$/.exec(cursor) ?? [];
  const at = Number(number);
  if (number !== undefined && at < listings.length) return [at, key];
  throw new MusterError("REQUEST_INVALID", "The cursor is none that was given out here.", {
    details: { field: "cursor" },
  });
}
