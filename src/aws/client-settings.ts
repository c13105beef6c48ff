import { NodeHttpHandler, type NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import { createRetryStrategy, type Patience } from "./retry-strategy.ts";
import type { ServiceTarget } from "./service-target.ts";

/**
 * A call that does not answer within three seconds is made again: every call of Muster may be
 * repeated. The caller's signal bounds the whole.
 */
const timeouts = {
  connectionTimeout: 1_000,
  requestTimeout: 3_000,
  throwOnRequestTimeout: true,
} satisfies NodeHttpHandlerOptions;

interface Manner {
  readonly patience?: Patience;
  /** Where a service needs other ones. */
  readonly timeouts?: NodeHttpHandlerOptions;
}

/** What all AWS clients are made with: bounded waits and patient retries. */
export function toClientSettings(
  { region, endpoint, credentials, random = Math.random }: ServiceTarget,
  manner: Manner = {},
) {
  return {
    region,
    ...(credentials && { credentials }),
    ...(endpoint !== undefined && { endpoint }),
    retryStrategy: createRetryStrategy(random, manner.patience),
    requestHandler: new NodeHttpHandler({ ...timeouts, ...manner.timeouts }),
  };
}
