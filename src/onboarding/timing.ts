/** How long things may take. All in milliseconds. */
export interface Timing {
  /** Longest an attempt can be in flight: the function's timeout and a margin for clocks. */
  readonly leaseMs: number;
  /** A registration event this much younger than a settled state is not a late repeat of an old one. */
  readonly clockSkewMs: number;
  /** An answer of DescribeCertificate older than this is asked for again before activation. */
  readonly describeMaxAgeMs: number;
}

/** `leaseMs` stands above the timeout of the onboarding function in serverless.yml (30 s). */
export const defaultTiming: Timing = {
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
