import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { checkDelay } from "../../batches/check-delay.ts";
import type { WorkQueue } from "../../batches/work-queue.ts";

export interface SqsWorkQueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

/**
 * Builds a work queue on a standard queue of SQS. It needs `sqs:SendMessage` only.
 *
 * A message is at most 1 MiB; SQS refuses larger ones. A delay given here, even of 0, goes before the
 * queue's own.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function createSqsWorkQueue({ client, queueUrl }: SqsWorkQueueOptions): WorkQueue {
  return {
    send: async (message, { delaySeconds = 0 } = {}) => {
      checkDelay(delaySeconds);
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(message),
          DelaySeconds: delaySeconds,
        }),
      );
    },
  };
}
