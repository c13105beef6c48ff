import { setTimeout as sleep } from "node:timers/promises";

const firstDelayMs = 20;
const maxDelayMs = 1_000;

/** Waits before the next try, with full jitter: up to twice as long each time, never over a second. */
export async function backOff(tries: number, signal?: AbortSignal): Promise<void> {
  const delayMs = Math.random() * Math.min(maxDelayMs, firstDelayMs * 2 ** tries);
  await sleep(delayMs, undefined, signal ? { signal } : {});
}
