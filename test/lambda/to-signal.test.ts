import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { reserveMs, toSignal } from "../../src/lambda/to-signal.ts";

const cases: readonly (readonly [remainingMs: number, aborted: boolean])[] = [
  [0, true],
  [reserveMs, true],
  [reserveMs + 20, true],
  [reserveMs + 60_000, false],
];

test.for(cases)("with %d ms left, calls are cut off soon: %s", async ([remainingMs, aborted]) => {
  const signal = toSignal({ getRemainingTimeInMillis: () => remainingMs });
  await wait(100);
  expect(signal.aborted).toBe(aborted);
});
