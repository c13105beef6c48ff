import {
  type CancellationReason,
  paginateQuery,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import type {
  CertificateChange,
  CertificateRecord,
  CertificateState,
  ChangeCertificate,
  ChangeResult,
  ReadCertificateRecord,
} from "../../onboarding/certificate-state.ts";
import type { Listing } from "../../onboarding/heal/listings.ts";
import type { CertificateIdentity } from "../../onboarding/settlement.ts";
import { toSubject } from "../../rules/audit/subject.ts";
import type { LedgerEntry, Revocation } from "../../rules/decision/ledger.ts";
import { type Item, parseItem, toItem, toKey } from "./item.ts";
import {
  claimKey,
  entryPrefix,
  holdKey,
  listingShards,
  ownerKey,
  revokedKey,
  stateKey,
  toEntryKey,
  toIssuerSerialKey,
  toListingKey,
  toPublicKeyKey,
  toShard,
  toThingKey,
} from "./ledger-keys.ts";
import { queryPartition } from "./query-partition.ts";
import { entryShape, holdShape, revocationShape, stateShapes } from "./stored-shapes.ts";
import { readSubjectState, toStateWrites } from "./subject-state.ts";
import { listingIndex, type Tables } from "./tables.ts";
import { transact } from "./transact.ts";

/** Builds the strongly consistent read of everything under one certificate id. */
export function createReadCertificateRecord({ client, ledger }: Tables): ReadCertificateRecord {
  return async (certificateId, signal) => {
    const items = await queryPartition(client, ledger, toSubject("CERT", certificateId), signal);
    return toRecord(certificateId, items);
  };
}

/** Builds the read of entries that name a device by its key, or by issuer and serial. */
export function createReadEntriesByIdentity({ client, ledger }: Tables) {
  return async (
    { publicKeySha256, issuerNameSha256, serial }: CertificateIdentity,
    signal: AbortSignal,
  ): Promise<{
    readonly entries: readonly LedgerEntry[];
    readonly revocations: readonly Revocation[];
  }> => {
    const found = await Promise.all([
      queryPartition(client, ledger, toPublicKeyKey(publicKeySha256), signal),
      queryPartition(client, ledger, toIssuerSerialKey(issuerNameSha256, serial), signal),
    ]);
    const { entries, revocations } = toRecord("", found.flat());
    return { entries, revocations };
  };
}

function toRecord(certificateId: string, items: readonly Item[]): CertificateRecord {
  const byKey = (match: (sk: string) => boolean) => items.filter(({ sk }) => match(sk?.S ?? ""));
  const [stateItem] = byKey((sk) => sk === stateKey);
  const [holdItem] = byKey((sk) => sk === holdKey);
  const { revision, chain, data } = readSubjectState(stateItem, stateShapes.CERT);
  return {
    certificateId,
    revision,
    chain,
    entries: byKey((sk) => sk.startsWith(entryPrefix)).map((item) => parseItem(item, entryShape)),
    revocations: byKey((sk) => sk === revokedKey).map((item) => parseItem(item, revocationShape)),
    ...(holdItem && { hold: parseItem(holdItem, holdShape) }),
    ...(data && { state: data }),
  };
}

/** Builds the transaction on a certificate. */
export function createChangeCertificate(tables: Tables): ChangeCertificate {
  return async (change, signal) => {
    const subject = toSubject("CERT", change.certificateId);
    // A hold before the first connect changes no state, yet has to count as a change.
    const state = change.state ?? change.expected.state;
    const writes = toStateWrites(tables, {
      subject,
      expected: change.expected,
      data: state,
      ...(state && { index: toListing(change.certificateId, state) }),
      ...(change.audit && { audit: change.audit }),
    });
    const owners = toOwnerWrites(tables, change);
    const words = toWordWrites(tables, subject, change);
    const items = [...writes.items, ...owners, ...words, ...toClaimWrites(tables, subject, change)];
    const reasons = await transact(tables.client, items, signal);
    if (reasons === undefined) return { result: "written", ...writes.next };
    return toRefusal(reasons, writes.items.length, change);
  };
}

/** State first: when it changed, whoever owns the name now is yesterday's news. */
function toRefusal(
  reasons: readonly CancellationReason[],
  firstOwner: number,
  { reserve, releaseThingName }: CertificateChange,
): ChangeResult {
  const failed = (index: number) => reasons[index]?.Code === "ConditionalCheckFailed";
  const owner = (index: number) => reasons[index]?.Item?.["certificateId"]?.S ?? "another";
  if (failed(0)) return { result: "state-changed" };
  if (reserve && failed(firstOwner)) return { result: "thing-name-taken", by: owner(firstOwner) };
  if (reserve && failed(firstOwner + 1)) {
    return { result: "public-key-reused", by: owner(firstOwner + 1) };
  }
  const release = firstOwner + (reserve ? 2 : 0);
  if (releaseThingName !== undefined && failed(release)) return { result: "release-refused" };
  return { result: "state-changed" };
}

function toOwnerWrites(
  { ledger }: Tables,
  { certificateId, reserve, releaseThingName }: CertificateChange,
): readonly TransactWriteItem[] {
  const heldBy = (owners: readonly string[]) => {
    const names = owners.map((_, index) => `:owner${index}`);
    return {
      ConditionExpression: `attribute_not_exists(pk) OR certificateId IN (${names.join(", ")})`,
      ExpressionAttributeValues: Object.fromEntries(
        owners.map((owner, index) => [`:owner${index}`, { S: owner }]),
      ),
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };
  };
  const owners = [certificateId, ...(reserve?.from ?? [])];
  const puts = reserve
    ? [toThingKey(reserve.thingName), toPublicKeyKey(reserve.publicKeySha256)]
    : [];
  const deletes = releaseThingName === undefined ? [] : [toThingKey(releaseThingName)];
  return [
    ...puts.map((pk) => ({
      Put: { TableName: ledger, Item: toItem(pk, ownerKey, { certificateId }), ...heldBy(owners) },
    })),
    ...deletes.map((pk) => ({
      Delete: { TableName: ledger, Key: toKey(pk, ownerKey), ...heldBy([certificateId]) },
    })),
  ];
}

/** Holds and revocations lie beside the state, so that they stand before a device ever connects. */
function toWordWrites(
  { ledger }: Tables,
  subject: string,
  { hold, revocation }: CertificateChange,
): readonly TransactWriteItem[] {
  const words = [
    [holdKey, hold],
    [revokedKey, revocation],
  ] as const;
  return words.flatMap(([sk, word]): readonly TransactWriteItem[] => {
    if (word === undefined) return [];
    if (word === "release") return [{ Delete: { TableName: ledger, Key: toKey(subject, sk) } }];
    return [{ Put: { TableName: ledger, Item: toItem(subject, sk, word) } }];
  });
}

function toClaimWrites(
  { ledger }: Tables,
  subject: string,
  { releaseClaim }: CertificateChange,
): readonly TransactWriteItem[] {
  if (releaseClaim === undefined) return [];
  const entries = releaseClaim.map(({ manufacturer, batch }) => toEntryKey(manufacturer, batch));
  return [claimKey, ...entries].map((sk) => ({
    Delete: { TableName: ledger, Key: toKey(subject, sk) },
  }));
}

/** What is settled for good is in no list. */
function toListing(
  certificateId: string,
  { status, since, recheckAt }: CertificateState,
): Record<string, string> {
  const listing = recheckAt === undefined ? status : "recheck";
  if (listing === "admitted" || listing === "rejected") return {};
  return { listing: toListingKey(listing, toShard(certificateId)), listedAt: recheckAt ?? since };
}

/**
 * Builds the listing of certificates by what is to be done about them, oldest first in each shard.
 *
 * It begins at a shard of chance, so that a caller who never gets to the end favours none.
 */
export function createListCertificates(tables: Tables, random: () => number = Math.random) {
  const prefix = toSubject("CERT", "");
  return async function* (listing: Listing, signal: AbortSignal): AsyncGenerator<string> {
    const first = Math.floor(random() * listingShards);
    for (let step = 0; step < listingShards; step += 1) {
      const shard = (first + step) % listingShards;
      const pages = paginateQuery(
        { client: tables.client },
        {
          TableName: tables.ledger,
          IndexName: listingIndex,
          KeyConditionExpression: "listing = :listing",
          ExpressionAttributeValues: { ":listing": { S: toListingKey(listing, shard) } },
        },
        { abortSignal: signal },
      );
      for await (const { Items = [] } of pages) {
        for (const { pk } of Items) yield (pk?.S ?? "").slice(prefix.length);
      }
    }
  };
}
