import type { Profile } from "./profile.ts";

type Naming = Pick<Profile, "thing" | "manufacturers">;

/**
 * Whether devices of different manufacturers may get the same thing name under two profiles: then
 * whoever is first keeps the other's device out.
 *
 * Looks at how the templates begin and end outside of their variables, so it is never a false no.
 */
export function mayNameAlike(one: Naming, other: Naming): boolean {
  if (isOfOneOnly(one, other)) return false;
  const [first, second] = [toEnds(one.thing.name), toEnds(other.thing.name)];
  return (
    fits(first.start, second.start, (text, part) => text.startsWith(part)) &&
    fits(first.end, second.end, (text, part) => text.endsWith(part))
  );
}

function isOfOneOnly(one: Naming, other: Naming): boolean {
  const both = new Set([...(one.manufacturers ?? []), ...(other.manufacturers ?? [])]);
  return one.manufacturers !== undefined && other.manufacturers !== undefined && both.size === 1;
}

function toEnds(template: string): { readonly start: string; readonly end: string } {
  const from = template.indexOf("${");
  return { start: template.slice(0, from), end: template.slice(template.lastIndexOf("}") + 1) };
}

function fits(
  one: string,
  other: string,
  hasPart: (text: string, part: string) => boolean,
): boolean {
  return hasPart(one, other) || hasPart(other, one);
}
