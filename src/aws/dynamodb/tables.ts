import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** Where the data lives. */
export interface Tables {
  readonly client: DynamoDBClient;
  readonly ledger: string;
  readonly audit: string;
  /** What is being worked on, for the audit records; nothing where nobody knows. */
  readonly correlationId?: () => string | undefined;
}

/** Sparse index of the ledger: certificates by what is still to be done about them. */
export const listingIndex = "listing";
/** Sparse index of the ledger: entries by batch. */
export const batchIndex = "batch";
