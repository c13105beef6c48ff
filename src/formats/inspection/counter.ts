export type Counts = Readonly<Record<string, number>>;

const maxKinds = 1000;

/** Counts by kind; of many kinds the first thousand, and the rest as others. */
export function createCounter() {
  const counts = new Map<string, number>();
  return {
    add: (kind: string) => {
      const name = counts.has(kind) || counts.size < maxKinds ? kind : "others";
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    /** The most frequent first. */
    counts: (): Counts =>
      Object.fromEntries([...counts].toSorted(([, one], [, other]) => other - one)),
  };
}
