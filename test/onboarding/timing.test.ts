import { describe, expect, test } from "vitest";
import { defaultTiming, isInFlight } from "../../src/onboarding/timing.ts";

const since = "2026-05-01T12:00:00.000Z";
const later = (ms: number) => new Date(Date.parse(since) + ms);
const lease = defaultTiming.leaseMs;

describe("an attempt", () => {
  const cases: readonly (readonly [status: string, ms: number, inFlight: boolean])[] = [
    ["onboarding", 0, true],
    ["onboarding", lease - 1, true],
    ["onboarding", lease, false],
    ["parking", lease - 1, true],
    ["parking", lease, false],
    ["onboarding", -1, true],
    ["admitted", 0, false],
    ["quarantined", 0, false],
    ["rejected", 0, false],
  ];
  test.for(cases)("%s for %i ms may still run: %s", ([status, ms, inFlight]) => {
    expect(isInFlight({ status, since }, later(ms), defaultTiming)).toBe(inFlight);
  });

  test("is none where there is no state", () => {
    expect(isInFlight(undefined, later(0), defaultTiming)).toBe(false);
  });
});
