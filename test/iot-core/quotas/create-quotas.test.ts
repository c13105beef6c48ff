import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createQuotas } from "../../../src/iot-core/quotas/create-quotas.ts";
import { defaultRateOf } from "../../../src/iot-core/quotas/default-quotas.ts";

function setup(scale: number) {
  let at = 0;
  const quotas = createQuotas({ scale, now: () => new Date(at) });
  return {
    ...quotas,
    pass: (milliseconds: number) => {
      at += milliseconds;
    },
    takeAll: (quota: string, tries: number, key?: string) =>
      Array.from({ length: tries }, () => quotas.take(quota, key)).filter(Boolean).length,
  };
}

/** The larger Regions of https://docs.aws.amazon.com/general/latest/gr/iot-core.html. */
const rates = [
  ["DescribeCertificate", 10],
  ["UpdateCertificate", 10],
  ["AttachPolicy", 15],
  ["AttachThingPrincipal", 100],
  ["CreateThing", 100],
  ["DescribeThing", 350],
  ["CreateTopicRule", 5],
  ["ListTopicRules", 2],
  ["GetEffectivePolicies", 5],
  ["CertificateRegistration", 15],
  ["Connect", 3000],
  ["ConnectPerClientId", 1],
  ["PublishInPerConnection", 100],
  ["SubscribePerAccount", 500],
  ["DeleteConnection", 100],
] as const;

describe("createQuotas", () => {
  test.for(rates)("%s may be done %i times a second", ([quota, rate]) => {
    const quotas = setup(1);
    expect(quotas.takeAll(quota, rate * 2)).toBe(rate);
    quotas.pass(1000);
    expect(quotas.takeAll(quota, rate * 2)).toBe(rate);
  });

  test("an operation without a documented quota may be called ten times a second", () => {
    expect(setup(1).takeAll("SomethingElse", 50)).toBe(10);
  });

  test("a scale of 0 means no quotas, and counts nothing", () => {
    const quotas = setup(0);
    expect(quotas.takeAll("DescribeCertificate", 1000)).toBe(1000);
    expect(quotas.throttled()).toEqual({});
  });

  test("a fraction slows down and still lets one through", () => {
    const quotas = setup(0.05);
    expect(quotas.takeAll("DescribeCertificate", 5)).toBe(1);
    quotas.pass(1999);
    expect(quotas.take("DescribeCertificate")).toBe(false);
    quotas.pass(1);
    expect(quotas.take("DescribeCertificate")).toBe(true);
  });

  test("each key has a bucket of its own, and each quota", () => {
    const quotas = setup(1);
    expect(quotas.take("ConnectPerClientId", "a")).toBe(true);
    expect(quotas.take("ConnectPerClientId", "a")).toBe(false);
    expect(quotas.take("ConnectPerClientId", "b")).toBe(true);
    expect(quotas.take("Connect", "a")).toBe(true);
  });

  test("tells how often each quota refused", () => {
    const quotas = setup(1);
    quotas.takeAll("DescribeCertificate", 13);
    quotas.takeAll("CreateThing", 13);
    expect(quotas.throttled()).toEqual({ DescribeCertificate: 3 });
  });

  test("a clock that is set back refills nothing, and goes on from there", () => {
    const quotas = setup(1);
    quotas.takeAll("DescribeCertificate", 10);
    quotas.pass(-5000);
    expect(quotas.take("DescribeCertificate")).toBe(false);
    quotas.pass(100);
    expect(quotas.takeAll("DescribeCertificate", 5)).toBe(1);
  });

  test("full buckets are forgotten", () => {
    const quotas = setup(1);
    for (let client = 0; client < 100_000; client += 1) {
      quotas.take("ConnectPerClientId", `device-${client}`);
      quotas.pass(1);
    }
    expect(quotas.size()).toBeLessThan(3000);
    expect(quotas.take("ConnectPerClientId", "device-99999")).toBe(false);
  });

  test("never gives more than the rate and a second's worth, and always recovers", () => {
    const steps = fc.array(
      fc.record({
        wait: fc.integer({ min: 0, max: 3000 }),
        tries: fc.integer({ min: 0, max: 60 }),
      }),
      { maxLength: 40 },
    );
    const scales = fc.double({ min: 0.01, max: 20, noNaN: true });
    const names = fc.constantFrom("DescribeCertificate", "AttachPolicy", "ConnectPerClientId");
    fc.assert(
      fc.property(steps, scales, names, (run, scale, quota) => {
        const quotas = setup(scale);
        const rate = defaultRateOf(quota) * scale;
        const burst = Math.max(rate, 1);
        let taken = 0;
        let elapsed = 0;
        for (const { wait, tries } of run) {
          quotas.pass(wait);
          elapsed += wait;
          taken += quotas.takeAll(quota, tries);
          expect(taken).toBeLessThanOrEqual((rate * elapsed) / 1000 + burst + 1e-6);
        }
        quotas.pass(Math.ceil(1000 / rate) + 1);
        expect(quotas.take(quota)).toBe(true);
      }),
    );
  });
});
