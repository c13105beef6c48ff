import type { EntryBackground } from "../../onboarding/settlement.ts";
import { toSubject } from "../../rules/audit/subject.ts";
import type { Batch, LedgerEntry, Manufacturer } from "../../rules/decision/ledger.ts";
import type { AppliedProfile } from "../../rules/profile/profile.ts";
import type { SubjectState } from "./subject-state.ts";
import { getSubjects } from "./subject-store.ts";
import type { Tables } from "./tables.ts";

/** Bounds what one function instance remembers. */
const maxRemembered = 1_000;

/**
 * Builds the read of what stands behind an entry: one call for what is not remembered.
 *
 * What does not exist is not remembered, so that what is added a moment later is seen at once.
 *
 * @param maxAgeMs how old an answer may be.
 */
export function createReadBackground(tables: Tables, maxAgeMs: number, now: () => Date) {
  const remembered = new Map<string, { readonly state: SubjectState; readonly readAt: number }>();
  const isFresh = (subject: string): boolean => {
    const answer = remembered.get(subject);
    return answer !== undefined && now().getTime() - answer.readAt < maxAgeMs;
  };
  return async (entry: LedgerEntry, signal: AbortSignal): Promise<EntryBackground> => {
    const subjects = [
      toSubject("MANUFACTURER", entry.manufacturer),
      toSubject("BATCH", entry.batch),
      toSubject("PROFILE", entry.profile),
    ];
    // Taken before the read: what another call forgets meanwhile stands for this one.
    const known = new Map(
      subjects.filter(isFresh).map((subject) => [subject, remembered.get(subject)?.state]),
    );
    const stale = subjects.filter((subject) => !known.has(subject));
    const readAt = now().getTime();
    const read = stale.length > 0 ? await getSubjects(tables, stale, signal) : [];
    if (remembered.size > maxRemembered) remembered.clear();
    for (const [index, subject] of stale.entries()) {
      const state = read[index];
      known.set(subject, state);
      if (state?.data) remembered.set(subject, { state, readAt });
    }
    const data = subjects.map((subject) => known.get(subject)?.data);
    const [manufacturer, batch, profile] = data as unknown as [
      Manufacturer | undefined,
      Batch | undefined,
      AppliedProfile | undefined,
    ];
    return {
      ...(manufacturer && { manufacturer }),
      ...(batch && { batch }),
      ...(profile && { profile }),
    };
  };
}
