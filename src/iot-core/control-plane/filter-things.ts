import type { Thing } from "../model.ts";

/** What ListThings may be asked for; what is absent excludes nothing. */
export interface ThingFilter {
  readonly attributeName?: string | undefined;
  readonly attributeValue?: string | undefined;
  readonly thingTypeName?: string | undefined;
  readonly usePrefixAttributeValue: boolean;
}

/** Passes on the things that match, one by one. */
export function* filterThings(things: Iterable<Thing>, filter: ThingFilter): Generator<Thing> {
  for (const thing of things) if (isMatch(thing, filter)) yield thing;
}

function isMatch(thing: Thing, filter: ThingFilter): boolean {
  if (filter.thingTypeName !== undefined && thing.thingTypeName !== filter.thingTypeName) {
    return false;
  }
  if (filter.attributeName === undefined) return true;
  const value = Object.hasOwn(thing.attributes, filter.attributeName)
    ? thing.attributes[filter.attributeName]
    : undefined;
  if (value === undefined || filter.attributeValue === undefined) return value !== undefined;
  return filter.usePrefixAttributeValue
    ? value.startsWith(filter.attributeValue)
    : value === filter.attributeValue;
}
