import { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import type { SqsWorkQueueOptions } from "./sqs-work-queue.ts";

/**
 * Builds the choice of when a message that was received comes again. It needs
 * `sqs:ChangeMessageVisibility`.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
 */
export function createPostponeMessage({ client, queueUrl }: SqsWorkQueueOptions) {
  return async (receiptHandle: string, seconds: number): Promise<void> => {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  };
}
