import type { AwsClients } from "../aws/create-clients.ts";
import type { Tables } from "../aws/dynamodb/tables.ts";
import { readCorrelationId } from "../lambda/correlation.ts";

export interface TablesWiring {
  readonly clients: Pick<AwsClients, "dynamodb">;
  readonly ledgerTable: string;
  readonly auditTable: string;
}

/** Puts the tables together; audit records written to them name what is being worked on. */
export function toTables({ clients, ledgerTable, auditTable }: TablesWiring): Tables {
  return {
    client: clients.dynamodb,
    ledger: ledgerTable,
    audit: auditTable,
    correlationId: readCorrelationId,
  };
}
