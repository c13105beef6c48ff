import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";

/**
 * Handles each message of a queue's batch; only those that failed come again.
 *
 * @param handle gets the body as JSON; what is none it gets as it is, and says so.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export async function handleMessages(
  event: SQSEvent,
  context: Context,
  handle: (message: unknown, record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> {
  const processor = new BatchProcessor(EventType.SQS);
  return processPartialResponse(
    event,
    (record: SQSRecord) => handle(parseJson(record.body), record),
    processor,
    { context, throwOnFullBatchFailure: false },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
