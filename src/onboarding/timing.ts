/** How long things may take. All in milliseconds. */
export interface Timing {
  /** An attempt makes no call after this. */
  readonly attemptMs: number;
  /** Longest an attempt can be in flight: `attemptMs`, its last call and a margin for clocks. */
  readonly leaseMs: number;
  /** A registration event this much younger than a settled state is not a late repeat of an old one. */
  readonly clockSkewMs: number;
  /** An answer of DescribeCertificate older than this is asked for again before activation. */
  readonly describeMaxAgeMs: number;
}

export const defaultTiming: Timing = {
  attemptMs: 30_000,
  leaseMs: 40_000,
  clockSkewMs: 5_000,
  describeMaxAgeMs: 1_000,
};

/** An attempt that may still be running somewhere. */
export function isInFlight(
  state: { readonly status: string; readonly since: string } | undefined,
  now: Date,
  { leaseMs }: Timing,
): boolean {
  if (state?.status !== "onboarding" && state?.status !== "parking") return false;
  return now.getTime() < Date.parse(state.since) + leaseMs;
}
