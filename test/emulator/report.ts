import { setTimeout as sleep } from "node:timers/promises";

/** What a run has found; every check prints a line. */
export interface Report {
  /** Prints whether it held. What fails is thrown on, as what comes after rests on it. */
  readonly check: <T>(sentence: string, look: () => Promise<T>) => Promise<T>;
  /** Plays a part of the scenario; whether it failed is told by its checks. */
  readonly part: (title: string, play: () => Promise<void>) => Promise<void>;
  readonly counts: () => { readonly passed: number; readonly failed: number };
}

/** Thrown on by a check that has said already what was wrong. */
class CheckFailed extends Error {}

export function createReport(print: (line: string) => void): Report {
  let passed = 0;
  let failed = 0;
  const fail = (sentence: string, error: unknown) => {
    failed += 1;
    const said = error instanceof Error ? error.message : String(error);
    print(`  not ok  ${sentence}\n${said.replaceAll(/^/gm, "          ")}`);
  };
  return {
    check: async (sentence, look) => {
      const began = performance.now();
      try {
        const found = await look();
        passed += 1;
        print(`  ok      ${sentence} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
        return found;
      } catch (error) {
        fail(sentence, error);
        throw new CheckFailed(sentence, { cause: error });
      }
    },
    part: async (title, play) => {
      print(title);
      try {
        await play();
      } catch (error) {
        if (!(error instanceof CheckFailed)) fail(`${title}: what it needs`, error);
      }
    },
    counts: () => ({ passed, failed }),
  };
}

/**
 * Asks again until the answer is there.
 *
 * @param ask undefined, or an error, for not yet.
 * @throws Error with what was said last.
 */
export async function eventually<T>(
  ask: () => Promise<T | undefined>,
  { patienceMs }: { readonly patienceMs: number },
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  let last = "";
  while (Date.now() < deadline) {
    try {
      const found = await ask();
      if (found !== undefined) return found;
      last = "";
    } catch (error) {
      last = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    await sleep(300);
  }
  throw new Error(`not within ${patienceMs / 1000} s${last}`);
}
