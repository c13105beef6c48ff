import {
  type CancellationReason,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { backOff } from "./back-off.ts";

const maxConflicts = 12;

/** Reasons that pass by themselves: another transaction, or the partition's throughput. */
const passing: ReadonlySet<string> = new Set([
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
]);

/**
 * Writes all items or none.
 *
 * The SDK does not retry a cancelled transaction: those cancelled by a conflict only are tried again
 * here, with full jitter.
 *
 * @returns the cancellation reasons in order of `items` when a condition failed; undefined when all
 *   was written.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
 */
export async function transact(
  client: DynamoDBClient,
  items: readonly TransactWriteItem[],
  signal?: AbortSignal,
): Promise<readonly CancellationReason[] | undefined> {
  for (let conflicts = 0; ; conflicts += 1) {
    const refused = await attempt(client, items, signal);
    if (refused === undefined || refused.failed) return refused?.reasons;
    if (conflicts >= maxConflicts) throw refused.error;
    await backOff(conflicts, signal);
  }
}

interface Refused {
  readonly reasons: readonly CancellationReason[];
  /** A condition failed: trying again would change nothing. */
  readonly failed: boolean;
  readonly error: TransactionCanceledException;
}

async function attempt(
  client: DynamoDBClient,
  items: readonly TransactWriteItem[],
  signal: AbortSignal | undefined,
): Promise<Refused | undefined> {
  const command = new TransactWriteItemsCommand({ TransactItems: [...items] });
  try {
    await client.send(command, signal ? { abortSignal: signal } : {});
    return undefined;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = error.CancellationReasons ?? [];
    const failed = reasons.some(({ Code }) => Code === "ConditionalCheckFailed");
    if (failed || reasons.some(({ Code }) => passing.has(Code ?? "")))
      return { reasons, failed, error };
    throw error;
  }
}
