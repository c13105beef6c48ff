import { exitCodes } from "./report-error.ts";

/**
 * Ends work at Ctrl-C: its signal is aborted, and what `onInterrupt` says is told.
 *
 * @returns undefined when it was interrupted; the exit code says so.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onInterrupt: () => string,
): Promise<T | undefined> {
  const interrupt = new AbortController();
  const stop = () => interrupt.abort(new Error("interrupted"));
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.once(signal, stop);
  try {
    return await work(interrupt.signal);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    console.error(onInterrupt());
    process.exitCode = exitCodes.interrupted;
    return undefined;
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}
