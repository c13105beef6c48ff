import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { observeCalls } from "../observe-calls.ts";
import { createRetryStrategy } from "../retry-strategy.ts";
import type { ServiceTarget } from "../service-target.ts";

const connectionTimeoutMs = 1_000;
const requestTimeoutMs = 3_000;

/** Builds the client of the event bus. A call that is made again may send an event twice. */
export function createEventBridgeClient({
  region,
  endpoint,
  credentials,
  random = Math.random,
  onCall,
}: ServiceTarget): EventBridgeClient {
  const client = new EventBridgeClient({
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
  observeCalls(client, "eventbridge", onCall);
  return client;
}
