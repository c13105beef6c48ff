import type { Context } from "aws-lambda";
import type { HealCertificates } from "../onboarding/heal/heal-certificates.ts";
import type { HealSummary } from "../onboarding/heal/heal-one.ts";
import { correlate } from "./correlation.ts";
import { toSignal } from "./to-signal.ts";

export interface HandleHealingDeps {
  readonly healCertificates: HealCertificates;
  readonly onHealed: (summary: HealSummary) => void;
  /** Certificates that wait for the ledger. @returns at most the limit. */
  readonly countWaiting: (limit: number, signal: AbortSignal) => Promise<number>;
  readonly onQuarantine: (size: number) => void;
  readonly onUncounted: (error: unknown) => void;
}

/** Handles the schedule: decides again what is out. What there was no time for comes next time. */
export function createHandleHealing(deps: HandleHealingDeps) {
  return (_event: unknown, context: Context): Promise<HealSummary> =>
    correlate(context.awsRequestId, async () => {
      const signal = toSignal(context);
      await measure(deps, signal);
      const summary = await deps.healCertificates({ signal });
      deps.onHealed(summary);
      return summary;
    });
}

/** Counting reads keys alone, some 50 of them for a read unit; it must not grow without end. */
const countedUpTo = 100_000;

/** First of all, as healing takes what time there is. That it fails keeps nobody out. */
async function measure(deps: HandleHealingDeps, signal: AbortSignal): Promise<void> {
  try {
    deps.onQuarantine(await deps.countWaiting(countedUpTo, signal));
  } catch (error) {
    deps.onUncounted(error);
  }
}
