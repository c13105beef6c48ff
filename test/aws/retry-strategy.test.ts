import { describe, expect, test } from "vitest";
import { createRetryStrategy } from "../../src/aws/retry-strategy.ts";

const throttled = { errorType: "THROTTLING", error: { name: "ThrottlingException" } } as const;

describe("retrying", () => {
  test("waits up to twice as long each time, never over a second, 59 times", async () => {
    const strategy = createRetryStrategy(() => 1);
    let token = await strategy.acquireInitialRetryToken();
    const delays: number[] = [];
    for (let attempt = 1; attempt < 60; attempt += 1) {
      token = await strategy.refreshRetryTokenForRetry(token, throttled);
      delays.push(token.getRetryDelay());
      expect(token.getRetryCount()).toBe(attempt);
    }
    expect(delays.slice(0, 7)).toEqual([50, 100, 200, 400, 800, 1000, 1000]);
    expect(delays.at(-1)).toBe(1000);
    await expect(strategy.refreshRetryTokenForRetry(token, throttled)).rejects.toThrow();
  });

  test("waits as long as it is told to, and tells when it was throttled", async () => {
    let told = 0;
    const onThrottled = () => {
      told += 1;
    };
    const patience = { firstDelayMs: 500, maxDelayMs: 1_500, onThrottled };
    const strategy = createRetryStrategy(() => 1, patience);
    let token = await strategy.acquireInitialRetryToken();
    const delays: number[] = [];
    for (const errorType of ["THROTTLING", "TRANSIENT", "THROTTLING"] as const) {
      token = await strategy.refreshRetryTokenForRetry(token, { errorType });
      delays.push(token.getRetryDelay());
    }
    expect(delays).toEqual([500, 1000, 1500]);
    expect(told).toBe(2);
  });

  test("spreads the waits from nothing", async () => {
    const strategy = createRetryStrategy(() => 0);
    const token = await strategy.acquireInitialRetryToken();
    expect((await strategy.refreshRetryTokenForRetry(token, throttled)).getRetryDelay()).toBe(0);
  });

  test("is not used up by other calls", async () => {
    const strategy = createRetryStrategy(() => 0);
    for (let call = 0; call < 10_000; call += 1) {
      const token = await strategy.acquireInitialRetryToken();
      await strategy.refreshRetryTokenForRetry(token, throttled);
    }
  });

  test.for([
    { errorType: "THROTTLING", name: "ThrottlingException", again: true },
    { errorType: "TRANSIENT", name: "TimeoutError", again: true },
    { errorType: "SERVER_ERROR", name: "InternalFailureException", again: true },
    { errorType: "CLIENT_ERROR", name: "InvalidRequestException", again: false },
    { errorType: "THROTTLING", name: "LimitExceededException", again: false },
  ] as const)("$name of kind $errorType: $again", async ({ errorType, name, again }) => {
    const strategy = createRetryStrategy(() => 0);
    const token = await strategy.acquireInitialRetryToken();
    const next = strategy.refreshRetryTokenForRetry(token, { errorType, error: { name } });
    if (again) expect((await next).getRetryCount()).toBe(1);
    else await expect(next).rejects.toThrow();
  });
});
