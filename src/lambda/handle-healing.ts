import type { Context } from "aws-lambda";
import type { HealCertificates } from "../onboarding/heal/heal-certificates.ts";
import type { HealSummary } from "../onboarding/heal/heal-one.ts";
import { toSignal } from "./to-signal.ts";

export interface HandleHealingDeps {
  readonly healCertificates: HealCertificates;
  readonly onHealed: (summary: HealSummary) => void;
}

/** Handles the schedule: decides again what is out. What there was no time for comes next time. */
export function createHandleHealing({ healCertificates, onHealed }: HandleHealingDeps) {
  return async (_event: unknown, context: Context): Promise<HealSummary> => {
    const summary = await healCertificates({ signal: toSignal(context) });
    onHealed(summary);
    return summary;
  };
}
