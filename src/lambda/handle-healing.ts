import type { Context } from "aws-lambda";
import type { HealCertificates, HealSummary } from "../onboarding/heal/heal-certificates.ts";

export interface HandleHealingDeps {
  readonly healCertificates: HealCertificates;
  readonly onHealed: (summary: HealSummary) => void;
}

/** Left to the function for answering after its calls were cut off. */
const reserveMs = 3_000;

/** Handles the schedule: decides again what is out. What there was no time for comes next time. */
export function createHandleHealing({ healCertificates, onHealed }: HandleHealingDeps) {
  return async (_event: unknown, context: Context): Promise<HealSummary> => {
    const signal = AbortSignal.timeout(Math.max(context.getRemainingTimeInMillis() - reserveMs, 1));
    const summary = await healCertificates({ signal });
    onHealed(summary);
    return summary;
  };
}
