import { ConfiguredRetryStrategy } from "@smithy/util-retry";

/** The first wait is up to 50 ms, each next one up to twice as long, none over a second. */
const firstDelayMs = 50;
const maxDelayMs = 1_000;
const maxAttempts = 20;

/**
 * Retries throttling and passing failures until the caller's signal aborts.
 *
 * The SDK's own default gives up after three attempts, which a quota of ten calls a second outlasts
 * at every burst. Full jitter keeps many functions from coming back at once.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function createRetryStrategy(random: () => number): ConfiguredRetryStrategy {
  return new ConfiguredRetryStrategy(maxAttempts, (attempt) =>
    Math.ceil(random() * Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1))),
  );
}
