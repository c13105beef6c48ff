import type { LoggedConnection } from "../../local/logged-connection.ts";
import { ordinaryEnds } from "./ordinary-ends.ts";

interface FoldedAttempt {
  /** The last of them. */
  readonly entry: LoggedConnection;
  readonly count: number;
}

/**
 * Puts what a device repeats without anything between into one, where the last of it stands. The
 * ordinary ends of its connections are folded by themselves: they come between all else.
 */
export function foldAttempts(entries: readonly LoggedConnection[]): readonly FoldedAttempt[] {
  const runs = new Map<string, FoldedAttempt & { key: string }>();
  const done = new Set<FoldedAttempt>();
  for (const entry of entries) {
    const owner = `${toDevice(entry)} ${ordinaryEnds.has(entry.outcome)}`;
    const key = toRepeatKey(entry);
    const run = runs.get(owner);
    const continues = run?.key === key;
    if (run && continues) done.delete(run);
    const next = { entry, key, count: continues ? run.count + 1 : 1 };
    runs.set(owner, next);
    done.add(next);
  }
  return [...done];
}

/** The same device, decided the same way for the same reason. */
export function toRepeatKey(entry: LoggedConnection): string {
  return JSON.stringify([toDevice(entry), entry.outcome, entry.sentence]);
}

/** Who it was, as far as one can know. */
export function toDevice({ chain, clientId, remoteAddress }: LoggedConnection): string {
  return JSON.stringify([chain[0]?.certificateId ?? remoteAddress, clientId]);
}
