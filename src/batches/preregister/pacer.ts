export interface PacerDeps {
  readonly now: () => Date;
  readonly pause: (ms: number) => Promise<void>;
}

/** Builds a wait for one's turn: whoever asks, and however many at once, one goes on in each interval. */
export function createPacer({ now, pause }: PacerDeps, intervalMs: number): () => Promise<void> {
  let nextMs = now().getTime() + intervalMs;
  return async () => {
    const atMs = Math.max(nextMs, now().getTime());
    nextMs = atMs + intervalMs;
    const waitMs = atMs - now().getTime();
    if (waitMs > 0) await pause(waitMs);
  };
}
