/**
 * Calls again and again, one call at a time.
 *
 * @returns what ends it. What fails is in the function's log, and is tried again next time.
 */
export function startSchedule(everyMs: number, run: () => Promise<unknown>): () => void {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    run()
      .catch(() => {})
      .finally(() => {
        running = false;
      });
  }, everyMs);
  return () => clearInterval(timer);
}
