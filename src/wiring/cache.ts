/**
 * Remembers what a read gave for a while. An undefined answer is not remembered: what is added a
 * moment later is seen at once.
 *
 * @param ttlMs how old an answer may be.
 */
export function cacheFor<Arguments extends readonly unknown[], T>(
  ttlMs: number,
  now: () => Date,
  read: (key: string, ...rest: Arguments) => Promise<T | undefined>,
): (key: string, ...rest: Arguments) => Promise<T | undefined> {
  const answers = new Map<string, { readonly value: T; readonly readAt: number }>();
  return async (key, ...rest) => {
    const remembered = answers.get(key);
    if (remembered && now().getTime() - remembered.readAt < ttlMs) return remembered.value;
    answers.delete(key);
    const readAt = now().getTime();
    const value = await read(key, ...rest);
    if (value === undefined) return undefined;
    if (answers.size >= maxRemembered) answers.clear();
    answers.set(key, { value, readAt });
    return value;
  };
}

const maxRemembered = 1_000;
