import {
  ConditionalCheckFailedException,
  PutItemCommand,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import type { ReadSubject, WriteSubject } from "../../access/subjects.ts";
import { type SubjectKind, toSubject } from "../../rules/audit/subject.ts";
import { fromItem, toItem } from "./item.ts";
import { ownerKey, stateKey, toIssuerOwnerKey } from "./ledger-keys.ts";
import { readSubjectState } from "./subject-state.ts";
import { changeSubject, getSubject } from "./subject-store.ts";
import type { Tables } from "./tables.ts";

/** Builds reading, writing and listing of the subjects that operators keep. */
export function createSubjectAccess<T extends object>(
  tables: Tables,
  kind: SubjectKind,
): {
  readonly read: ReadSubject<T>;
  readonly write: WriteSubject<T>;
  readonly list: () => Promise<readonly T[]>;
} {
  return {
    read: async (id) => {
      const { revision, chain, data } = await getSubject(tables, toSubject(kind, id));
      return { revision, chain, ...(data && { value: data as T }) };
    },
    write: (id, expected, value, audit) =>
      changeSubject(tables, { subject: toSubject(kind, id), expected, data: value, audit }),
    // Operators keep dozens of these beside millions of certificates; listing is rare and by hand.
    list: async () => {
      const values: T[] = [];
      const pages = paginateScan(
        { client: tables.client },
        {
          TableName: tables.ledger,
          FilterExpression: "sk = :state AND begins_with(pk, :kind)",
          ExpressionAttributeValues: { ":state": { S: stateKey }, ":kind": { S: `${kind}#` } },
        },
      );
      for await (const { Items = [] } of pages) {
        values.push(
          ...Items.flatMap((item) => (readSubjectState(item).data as T | undefined) ?? []),
        );
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
      return String(error.Item ? fromItem(error.Item)["manufacturer"] : "");
    }
  };
}
