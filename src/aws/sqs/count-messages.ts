import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";

export interface CountMessagesOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

/**
 * Builds the count of a queue's messages, those that are being worked on among them. SQS tells it as it
 * was some moments ago. It needs `sqs:GetQueueAttributes` only.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 */
export function createCountMessages({ client, queueUrl }: CountMessagesOptions) {
  return async (): Promise<number> => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  };
}
