import type { CertificateState } from "../certificate-state.ts";
import { isInFlight, type Timing } from "../timing.ts";

/** What a registration event asks for, judged by the state alone. */
export type Triage = "settle" | "verify" | "settled" | "in-flight";

/**
 * Tells a new registration event from a late or repeated one at the cost of the one read that was
 * made already.
 *
 * AWS IoT repeats events and delivers them in any order. A settled certificate is no longer
 * PENDING_ACTIVATION, so an event published clearly after it was settled says one of two things:
 * the new status has not reached the broker yet, or somebody deleted the certificate and the
 * device's next connect registered it anew. `verify` asks AWS IoT which.
 */
export function triage(
  state: CertificateState | undefined,
  publishedAt: Date,
  now: Date,
  timing: Timing,
): Triage {
  if (state === undefined) return "settle";
  if (isInFlight(state, now, timing)) return "in-flight";
  if (state.status === "onboarding" || state.status === "parking") return "settle";
  if (state.findings.some(({ code }) => code === "CERTIFICATE_NOT_IN_IOT")) return "settle";
  return publishedAt.getTime() > Date.parse(state.since) + timing.clockSkewMs
    ? "verify"
    : "settled";
}
