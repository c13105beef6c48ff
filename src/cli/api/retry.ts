import { setTimeout as wait } from "node:timers/promises";

export interface RetryDeps {
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

export const retryDeps: RetryDeps = {
  wait: async (ms, signal) => {
    await wait(ms, undefined, { signal });
  },
  random: Math.random,
};

/** What came of one try: an end, or a reason to try again. */
export type Try<T> =
  | { readonly done: T }
  | {
      readonly again: unknown;
      /** What the server asked for. */
      readonly afterMs?: number | undefined;
    };

const maxTries = 6;
const baseMs = 250;
const maxMs = 20_000;

/**
 * Tries until something comes of it, with growing pauses of random length, so that clients which
 * failed together do not come back together.
 *
 * @throws what the last try failed with.
 */
export async function retry<T>(
  { wait: pause, random }: RetryDeps,
  signal: AbortSignal,
  attempt: () => Promise<Try<T>>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    const outcome = await attempt();
    if ("done" in outcome) return outcome.done;
    if (tries === maxTries) throw outcome.again;
    const most = Math.min(maxMs, baseMs * 2 ** tries);
    const ownMs = most * (0.5 + random() / 2);
    await pause(Math.max(ownMs, Math.min(outcome.afterMs ?? 0, maxMs)), signal);
  }
}

/**
 * Reads when a server wants to be asked again.
 *
 * @returns milliseconds; undefined when it does not say.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function readRetryAfter(value: string | null, now: Date): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
