import type { EntryBackground } from "../../onboarding/settlement.ts";
import { toSubject } from "../../rules/audit/subject.ts";
import type { LedgerEntry } from "../../rules/decision/ledger.ts";
import { type Item, parseItem } from "./item.ts";
import { stateShapes } from "./stored-shapes.ts";
import { getStateItems } from "./subject-store.ts";
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
  const remembered = new Map<string, { readonly part: EntryBackground; readonly readAt: number }>();
  const recall = (subject: string): EntryBackground | undefined => {
    const answer = remembered.get(subject);
    return answer && now().getTime() - answer.readAt < maxAgeMs ? answer.part : undefined;
  };
  return async (
    entry: LedgerEntry,
    batches: readonly string[],
    signal: AbortSignal,
  ): Promise<EntryBackground> => {
    const others = batches.filter((id) => id !== entry.batch);
    // Recalled before the read: what another call forgets meanwhile stands for this one.
    const wanted = [
      { subject: toSubject("MANUFACTURER", entry.manufacturer), toPart: toManufacturer },
      { subject: toSubject("BATCH", entry.batch), toPart: toBatch },
      { subject: toSubject("PROFILE", entry.profile), toPart: toProfile },
      ...others.map((id) => ({ subject: toSubject("BATCH", id), toPart: toBatch })),
    ].map((each) => ({ ...each, part: recall(each.subject) }));
    const stale = wanted.filter(({ part }) => part === undefined);
    const readAt = now().getTime();
    const items = await getStateItems(
      tables,
      stale.map(({ subject }) => subject),
      signal,
    );
    if (remembered.size > maxRemembered) remembered.clear();
    const [manufacturer, batch, profile, ...more] = wanted.map(({ subject, toPart, part }) => {
      const item = items.get(subject);
      if (item === undefined) return part;
      const read = toPart(item);
      remembered.set(subject, { part: read, readAt });
      return read;
    });
    const otherBatches = more.flatMap((part) => part?.batch ?? []);
    return { ...manufacturer, ...batch, ...profile, otherBatches };
  };
}

const toManufacturer = (item: Item): EntryBackground => ({
  manufacturer: parseItem(item, stateShapes.MANUFACTURER).data,
});
const toBatch = (item: Item): EntryBackground => ({
  batch: parseItem(item, stateShapes.BATCH).data,
});
const toProfile = (item: Item): EntryBackground => ({
  profile: parseItem(item, stateShapes.PROFILE).data,
});
