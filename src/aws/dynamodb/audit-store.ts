import { paginateScan } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { AuditRecord, ChainHead } from "../../rules/audit/audit-record.ts";
import { parseItem, type Shape } from "./item.ts";
import { stateKey } from "./ledger-keys.ts";
import { queryPartition } from "./query-partition.ts";
import { getSubject } from "./subject-store.ts";
import type { Tables } from "./tables.ts";

// Loose and without a word on the values: what was altered is for the check of the chain to find.
export const auditShape: Shape<{ readonly record: AuditRecord }> = z.object({
  record: z.looseObject({
    subject: z.string(),
    sequence: z.number(),
    previousHash: z.string(),
    hash: z.string(),
    action: z.string(),
    actor: z.string(),
    at: z.string(),
    evidence: z.record(z.string(), z.json()),
  }),
});

/** Builds the read of one subject's chain, from its first record. */
export function createReadChain(tables: Tables) {
  return async (
    subject: string,
  ): Promise<{ readonly records: readonly AuditRecord[]; readonly head: ChainHead }> => {
    // The head is read last: a record written meanwhile then shows as a head beyond the chain, never
    // as a record too many, and reading once more settles it.
    const items = await queryPartition(tables.client, tables.audit, subject);
    const { chain } = await getSubject(tables, subject);
    return { records: items.map((item) => parseItem(item, auditShape).record), head: chain };
  };
}

/** Builds the reading of all records that were made between two moments; it reads the whole table. */
export function createReadBetween({ client, audit }: Tables) {
  return async function* (from: string, to: string): AsyncGenerator<AuditRecord> {
    const pages = paginateScan(
      { client },
      {
        TableName: audit,
        FilterExpression: "#record.#at BETWEEN :from AND :to",
        ExpressionAttributeNames: { "#record": "record", "#at": "at" },
        ExpressionAttributeValues: { ":from": { S: from }, ":to": { S: to } },
      },
    );
    for await (const { Items = [] } of pages) {
      for (const item of Items) yield parseItem(item, auditShape).record;
    }
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
