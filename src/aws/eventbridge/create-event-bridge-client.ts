import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { toClientSettings } from "../client-settings.ts";
import { observeCalls } from "../observe-calls.ts";
import type { ServiceTarget } from "../service-target.ts";

/** Builds the client of the event bus. A call that is made again may send an event twice. */
export function createEventBridgeClient(target: ServiceTarget): EventBridgeClient {
  const client = new EventBridgeClient(toClientSettings(target));
  observeCalls(client, "eventbridge", target.onCall);
  return client;
}
