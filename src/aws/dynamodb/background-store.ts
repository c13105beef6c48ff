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
    const stale = subjects.filter((subject) => !isFresh(subject));
    const readAt = now().getTime();
    const read = stale.length > 0 ? await getSubjects(tables, stale, signal) : [];
    const answers = new Map(stale.map((subject, index) => [subject, read[index]]));
    if (remembered.size > maxRemembered) remembered.clear();
    const data = subjects.map((subject) => {
      const state = answers.get(subject) ?? remembered.get(subject)?.state;
      if (state?.data && answers.has(subject)) remembered.set(subject, { state, readAt });
      return state?.data;
    });
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
