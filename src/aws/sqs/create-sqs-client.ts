import { SQSClient } from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { observeCalls } from "../observe-calls.ts";
import { createRetryStrategy } from "../retry-strategy.ts";
import type { ServiceTarget } from "../service-target.ts";

const connectionTimeoutMs = 1_000;
const requestTimeoutMs = 3_000;

/** Builds the client of the work queues. A call that is made again may send a message twice. */
export function createSqsClient({
  region,
  endpoint,
  credentials,
  random = Math.random,
  onCall,
}: ServiceTarget): SQSClient {
  const client = new SQSClient({
    region,
    ...(credentials && { credentials }),
    ...(endpoint !== undefined && { endpoint }),
    retryStrategy: createRetryStrategy(random),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    }),
  });
  observeCalls(client, "sqs", onCall);
  return client;
}
