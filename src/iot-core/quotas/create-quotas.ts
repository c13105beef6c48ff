import { defaultRateOf } from "./default-quotas.ts";
import type { Quotas } from "./quotas.ts";

export interface QuotasOptions {
  /** What AWS's defaults are multiplied with; 0 for no quotas at all. */
  readonly scale: number;
  /** Where it is set back, nothing is refilled for that moment, and from then on as ever. */
  readonly now: () => Date;
}

export interface CountedQuotas extends Quotas {
  /** How often each quota refused; only those that did. */
  throttled(): Readonly<Record<string, number>>;
  /** How many buckets are kept. */
  size(): number;
}

interface Bucket {
  readonly quota: string;
  tokens: number;
  /** Epoch milliseconds of the last refill. */
  at: number;
}

/** Buckets that are full again are looked for after so many new ones. */
const sweepEvery = 1024;

/**
 * Builds token buckets of AWS's default quotas. Each holds a second's worth, at least one, and is
 * full at first. AWS documents no other burst.
 *
 * A bucket that is full again is forgotten, so that only the keys of the last moments take memory.
 */
export function createQuotas({ scale, now }: QuotasOptions): CountedQuotas {
  const buckets = new Map<string, Bucket>();
  const refusals = new Map<string, number>();
  let added = 0;

  const rateOf = (quota: string) => defaultRateOf(quota) * scale;
  const capacityOf = (quota: string) => Math.max(rateOf(quota), 1);

  const refill = (bucket: Bucket, at: number): void => {
    const earned = (Math.max(at - bucket.at, 0) / 1000) * rateOf(bucket.quota);
    bucket.tokens = Math.min(bucket.tokens + earned, capacityOf(bucket.quota));
    bucket.at = at;
  };

  const forgetFull = (at: number): void => {
    for (const [name, bucket] of buckets) {
      refill(bucket, at);
      if (bucket.tokens >= capacityOf(bucket.quota)) buckets.delete(name);
    }
  };

  const add = (name: string, quota: string, at: number): Bucket => {
    added += 1;
    if (added % sweepEvery === 0) forgetFull(at);
    const bucket = { quota, tokens: capacityOf(quota), at };
    buckets.set(name, bucket);
    return bucket;
  };

  return {
    take: (quota, key = "") => {
      if (scale === 0) return true;
      const at = now().getTime();
      const name = `${quota} ${key}`;
      const bucket = buckets.get(name) ?? add(name, quota, at);
      refill(bucket, at);
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return true;
      }
      refusals.set(quota, (refusals.get(quota) ?? 0) + 1);
      return false;
    },
    throttled: () => Object.fromEntries(refusals),
    size: () => buckets.size,
  };
}
