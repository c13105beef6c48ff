import { setTimeout as sleep } from "node:timers/promises";

/** Waits until one more may be done. */
export type Pace = (key?: string) => Promise<void>;

/** Builds a pace that lets one through in each interval, for each key. */
export function createPace(intervalMs: number): Pace {
  if (intervalMs === 0) return () => Promise.resolve();
  const free = new Map<string, number>();
  return async (key = "") => {
    const now = Date.now();
    const at = Math.max(free.get(key) ?? 0, now);
    free.set(key, at + intervalMs);
    await sleep(at - now);
  };
}
