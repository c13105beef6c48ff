import { paginateQuery, paginateScan } from "@aws-sdk/client-dynamodb";
import type { AuditRecord, ChainHead } from "../../rules/audit/audit-record.ts";
import { fromItem } from "./item.ts";
import { stateKey } from "./ledger-keys.ts";
import { getSubject } from "./subject-store.ts";
import type { Tables } from "./tables.ts";

/** Builds the read of one subject's chain, from its first record. */
export function createReadChain(tables: Tables) {
  return async (
    subject: string,
  ): Promise<{ readonly records: readonly AuditRecord[]; readonly head: ChainHead }> => {
    // The head is read last: a record written meanwhile then shows as a head beyond the chain, never
    // as a record too many, and reading once more settles it.
    const records: AuditRecord[] = [];
    const pages = paginateQuery(
      { client: tables.client },
      {
        TableName: tables.audit,
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: subject } },
      },
    );
    for await (const { Items = [] } of pages) {
      records.push(...Items.map((item) => fromItem(item)["record"] as AuditRecord));
    }
    const { chain } = await getSubject(tables, subject);
    return { records, head: chain };
  };
}

/** Builds the listing of every subject that has a state or an audit record, each once. */
export function createListSubjects(tables: Tables) {
  return async function* (): AsyncGenerator<string> {
    const seen = new Set<string>();
    const scans = [
      {
        TableName: tables.ledger,
        FilterExpression: "sk = :state",
        ExpressionAttributeValues: { ":state": { S: stateKey } },
      },
      { TableName: tables.audit },
    ];
    for (const scan of scans) {
      const pages = paginateScan(
        { client: tables.client },
        { ...scan, ProjectionExpression: "pk" },
      );
      for await (const { Items = [] } of pages) {
        for (const { pk } of Items) {
          if (pk?.S === undefined || seen.has(pk.S)) continue;
          seen.add(pk.S);
          yield pk.S;
        }
      }
    }
  };
}
