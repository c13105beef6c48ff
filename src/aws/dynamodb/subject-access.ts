import { paginateQuery, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { CertificateAuthority } from "../../access/certificate-authorities/register-ca.ts";
import type { ReadSubject, Subject, WriteSubject } from "../../access/subjects.ts";
import type { AuditEvent } from "../../rules/audit/audit-record.ts";
import { toSubject } from "../../rules/audit/subject.ts";
import type { Batch, Manufacturer } from "../../rules/decision/ledger.ts";
import type { AppliedProfile } from "../../rules/profile/profile.ts";
import { stateShapes } from "./stored-shapes.ts";
import { readSubjectState, type StateShape, toStateWrites } from "./subject-state.ts";
import { getStateItems, getSubjectOf } from "./subject-store.ts";
import { listingIndex, type Tables } from "./tables.ts";
import { transact } from "./transact.ts";

/** What operators keep, by the kind of its subject. */
interface Kept {
  readonly MANUFACTURER: Manufacturer;
  readonly BATCH: Batch;
  readonly PROFILE: AppliedProfile;
  readonly CA: CertificateAuthority;
}

const shapes: { readonly [Kind in keyof Kept]: StateShape<Kept[Kind]> } = stateShapes;

/** Kinds whose subjects are in a list of all of them. Batches are listed by who pushed them. */
const listings = { MANUFACTURER: "manufacturers", PROFILE: "profiles", CA: "cas" } as const;

export type ListedKind = keyof typeof listings;

export const listedKinds = Object.keys(listings) as readonly ListedKind[];

/** Keys that put a subject into the list of its kind. */
export function toListingOf(kind: ListedKind, id: string): Readonly<Record<string, string>> {
  return { listing: listings[kind], listedAt: id };
}

/** Builds reading and writing of the subjects that operators keep. */
export function createSubjectAccess<Kind extends keyof Kept>(
  tables: Tables,
  kind: Kind,
): { readonly read: ReadSubject<Kept[Kind]>; readonly write: WriteSubject<Kept[Kind]> } {
  const shape = shapes[kind];
  return {
    read: async (id) => {
      const { data, ...rest } = await getSubjectOf(tables, toSubject(kind, id), shape);
      return { ...rest, ...(data && { value: data }) };
    },
    write: async (id, expected, value, audit) => {
      const writes = toSubjectWrites(tables, kind, { id, expected, value, audit });
      return (await transact(tables.client, writes)) === undefined;
    },
  };
}

/** Builds the list of all of a kind, by id. The index lags; what it leads to is read as it stands. */
export function createListSubjectsOf<Kind extends ListedKind>(
  tables: Tables,
  kind: Kind,
): () => Promise<readonly Kept[Kind][]> {
  return async () => {
    const pages = paginateQuery(
      { client: tables.client },
      {
        TableName: tables.ledger,
        IndexName: listingIndex,
        KeyConditionExpression: "listing = :listing",
        ExpressionAttributeValues: { ":listing": { S: listings[kind] } },
      },
    );
    const values: Kept[Kind][] = [];
    for await (const { Items = [] } of pages) {
      const subjects = Items.map(({ pk }) => pk?.S ?? "");
      const states = await getStateItems(tables, subjects);
      for (const subject of subjects) {
        const { data } = readSubjectState(states.get(subject), shapes[kind]);
        if (data !== undefined) values.push(data);
      }
    }
    return values;
  };
}

interface SubjectWrite<T> {
  readonly id: string;
  readonly expected: Subject<T>;
  readonly value: T;
  readonly audit: AuditEvent;
}

/** The writes of a subject and its audit record, to be made in one transaction. */
export function toSubjectWrites<Kind extends keyof Kept>(
  tables: Tables,
  kind: Kind,
  { id, expected, value, audit }: SubjectWrite<Kept[Kind]>,
): readonly TransactWriteItem[] {
  const index = isListed(kind) ? { index: toListingOf(kind, id) } : {};
  const change = { subject: toSubject(kind, id), expected, data: value, audit, ...index };
  return toStateWrites(tables, change).items;
}

function isListed(kind: keyof Kept): kind is ListedKind {
  return Object.hasOwn(listings, kind);
}
