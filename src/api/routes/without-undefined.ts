type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Leaves out members that schemas give as undefined. */
export function withoutUndefined<T extends object>(value: T): Defined<T> {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members) as Defined<T>;
}
