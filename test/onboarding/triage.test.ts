import { describe, expect, test } from "vitest";
import { type Triage, triage } from "../../src/onboarding/admit/triage.ts";
import type { CertificateStatus } from "../../src/onboarding/certificate-state.ts";
import { defaultTiming } from "../../src/onboarding/timing.ts";
import { createState } from "../support/memory-records.ts";

const since = "2026-05-01T12:00:00.000Z";
const later = (ms: number) => new Date(Date.parse(since) + ms);
const { leaseMs, clockSkewMs } = defaultTiming;

interface Case {
  readonly status: CertificateStatus;
  readonly publishedMs: number;
  readonly nowMs: number;
  readonly step: Triage;
}
const settled = (["admitted", "quarantined", "rejected"] as const).flatMap(
  (status): readonly Case[] => [
    { status, publishedMs: -60_000, nowMs: 0, step: "settled" },
    { status, publishedMs: clockSkewMs, nowMs: 1e9, step: "settled" },
    { status, publishedMs: clockSkewMs + 1, nowMs: 1e9, step: "verify" },
  ],
);
const underWay = (["onboarding", "parking"] as const).flatMap((status): readonly Case[] => [
  { status, publishedMs: 0, nowMs: leaseMs - 1, step: "in-flight" },
  { status, publishedMs: 1e9, nowMs: leaseMs - 1, step: "in-flight" },
  { status, publishedMs: 0, nowMs: leaseMs, step: "settle" },
]);

describe("a registration event", () => {
  test.for([...settled, ...underWay])(
    "published $publishedMs ms after $status, $nowMs ms on: $step",
    ({ status, publishedMs, nowMs, step }) => {
      expect(
        triage(createState({ status, since }), later(publishedMs), later(nowMs), defaultTiming),
      ).toBe(step);
    },
  );

  test("of a certificate without a state is settled", () => {
    expect(triage(undefined, later(0), later(0), defaultTiming)).toBe("settle");
  });

  test("of a certificate that was gone from AWS IoT is settled, however old it is", () => {
    const findings = [
      { code: "NOT_IN_LEDGER", detail: "" },
      { code: "CERTIFICATE_NOT_IN_IOT", detail: "" },
    ] as const;
    const gone = createState({ since, findings });
    expect(triage(gone, later(-60_000), later(0), defaultTiming)).toBe("settle");
  });
});
