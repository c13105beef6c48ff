import {
  ConditionalCheckFailedException,
  PutItemCommand,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { CertificateAuthority } from "../../access/certificate-authorities/register-ca.ts";
import type { ReadSubject, WriteSubject } from "../../access/subjects.ts";
import { toSubject } from "../../rules/audit/subject.ts";
import type { Batch, Manufacturer } from "../../rules/decision/ledger.ts";
import type { AppliedProfile } from "../../rules/profile/profile.ts";
import { parseItem, toItem } from "./item.ts";
import { ownerKey, stateKey, toIssuerOwnerKey } from "./ledger-keys.ts";
import { stateShapes } from "./stored-shapes.ts";
import { readSubjectState, type StateShape } from "./subject-state.ts";
import { changeSubject, getSubjectOf } from "./subject-store.ts";
import type { Tables } from "./tables.ts";

/** What operators keep, by the kind of its subject. */
interface Kept {
  readonly MANUFACTURER: Manufacturer;
  readonly BATCH: Batch;
  readonly PROFILE: AppliedProfile;
  readonly CA: CertificateAuthority;
}

const shapes: { readonly [Kind in keyof Kept]: StateShape<Kept[Kind]> } = stateShapes;

const issuerOwnerShape = z.object({ manufacturer: z.string() });

/** Builds reading, writing and listing of the subjects that operators keep. */
export function createSubjectAccess<Kind extends keyof Kept>(
  tables: Tables,
  kind: Kind,
): {
  readonly read: ReadSubject<Kept[Kind]>;
  readonly write: WriteSubject<Kept[Kind]>;
  readonly list: () => Promise<readonly Kept[Kind][]>;
} {
  const shape = shapes[kind];
  return {
    read: async (id) => {
      const { data, ...rest } = await getSubjectOf(tables, toSubject(kind, id), shape);
      return { ...rest, ...(data && { value: data }) };
    },
    write: (id, expected, value, audit) =>
      changeSubject(tables, { subject: toSubject(kind, id), expected, data: value, audit }),
    // Operators keep dozens of these beside millions of certificates; listing is rare and by hand.
    list: async () => {
      const values: Kept[Kind][] = [];
      const pages = paginateScan(
        { client: tables.client },
        {
          TableName: tables.ledger,
          FilterExpression: "sk = :state AND begins_with(pk, :kind)",
          ExpressionAttributeValues: { ":state": { S: stateKey }, ":kind": { S: `${kind}#` } },
        },
      );
      for await (const { Items = [] } of pages) {
        values.push(...Items.flatMap((item) => readSubjectState(item, shape).data ?? []));
      }
      return values;
    },
  };
}

/** Builds the claim of a manufacturer on an issuer; the first stands. */
export function createOwnIssuer({ client, ledger }: Tables) {
  return async (caCertificateId: string, manufacturer: string): Promise<string> => {
    try {
      await client.send(
        new PutItemCommand({
          TableName: ledger,
          Item: toItem(toIssuerOwnerKey(caCertificateId), ownerKey, { manufacturer }),
          ConditionExpression: "attribute_not_exists(pk) OR manufacturer = :own",
          ExpressionAttributeValues: { ":own": { S: manufacturer } },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
      return manufacturer;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item ? parseItem(error.Item, issuerOwnerShape).manufacturer : "";
    }
  };
}
