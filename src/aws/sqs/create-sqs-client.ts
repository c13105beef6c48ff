import { SQSClient } from "@aws-sdk/client-sqs";
import { toClientSettings } from "../client-settings.ts";
import { observeCalls } from "../observe-calls.ts";
import type { ServiceTarget } from "../service-target.ts";

/** Builds the client of the work queues. A call that is made again may send a message twice. */
export function createSqsClient(target: ServiceTarget): SQSClient {
  const client = new SQSClient(toClientSettings(target));
  observeCalls(client, "sqs", target.onCall);
  return client;
}
