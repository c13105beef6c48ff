import { DescribeEventBusCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";

export interface BusOptions {
  readonly client: EventBridgeClient;
  /** Name or ARN. */
  readonly bus: string;
  /** In milliseconds. */
  readonly now?: () => number;
}

/** So long a bus that was there is taken to be there still. */
const standsMs = 60_000;

/**
 * Builds the check that a bus is there. EventBridge takes events for one that is not, answers that all is
 * well, and drops them. It needs `events:DescribeEventBus` on that bus.
 *
 * @throws ResourceNotFoundException where there is no such bus.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
export function createCheckBus({ client, bus, now = Date.now }: BusOptions) {
  let checkedAt = Number.NEGATIVE_INFINITY;
  return async (signal: AbortSignal): Promise<void> => {
    if (now() - checkedAt < standsMs) return;
    await client.send(new DescribeEventBusCommand({ Name: bus }), { abortSignal: signal });
    checkedAt = now();
  };
}
