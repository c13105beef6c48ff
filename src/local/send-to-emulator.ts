import { checkLoopback } from "./loopback.ts";

const timeoutMs = 5_000;

/**
 * Sends a message to a queue of somebody's own SQS emulator on this machine.
 *
 * Requests are not signed; the header only says which service and Region are meant.
 *
 * @throws MusterError ENDPOINT_NOT_LOCAL; Error with what the emulator answered.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 */
export async function sendToEmulator(queueUrl: string, body: string): Promise<void> {
  checkLoopback(queueUrl);
  const response = await fetch(new URL("/", queueUrl), {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "AmazonSQS.SendMessage",
      authorization:
        "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=none",
    },
    body: JSON.stringify({ QueueUrl: queueUrl, MessageBody: body }),
    // What it leads on to may be anywhere.
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.ok) return;
  const answer = await response.text();
  throw new Error(`${queueUrl} answered ${response.status}: ${answer.slice(0, 200)}`);
}
