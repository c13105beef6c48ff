import { AwsError } from "./aws-error.ts";

/** Something that is found by method and path, such as `/things/{thingName}`. */
export interface Located {
  readonly method: string;
  readonly path: string;
}

export interface Found<Item> {
  readonly item: Item;
  readonly path: Readonly<Record<string, string>>;
}

/** Finds what a method and an undecoded path ask for. */
export type FindByPath<Item> = (method: string, pathname: string) => Found<Item> | undefined;

interface Indexed<Item> {
  readonly item: Item;
  readonly segments: readonly string[];
}

/** A last segment such as `{arn+}`, which takes the rest of the path whatever its slashes. */
const greedy = /^\{.*\+\}$/;

/** Builds a finder that looks only at what has the right method and length. */
export function createPathIndex<Item extends Located>(items: readonly Item[]): FindByPath<Item> {
  const entries = items
    .map((item): Indexed<Item> => ({ item, segments: item.path.split("/") }))
    // What is written out goes before what stands for anything.
    .toSorted((one, other) => countLabels(one) - countLabels(other));
  const isGreedy = ({ segments }: Indexed<Item>) => greedy.test(segments.at(-1) ?? "");
  const rest = entries.filter(isGreedy);
  const index = Map.groupBy(
    entries.filter((entry) => !isGreedy(entry)),
    ({ item, segments }) => keyOf(item.method, segments),
  );
  return (method, pathname) => {
    const actual = pathname.split("/");
    for (const { item, segments } of index.get(keyOf(method, actual)) ?? []) {
      const path = matchSegments(segments, actual);
      if (path !== undefined) return { item, path };
    }
    for (const { item, segments } of rest) {
      const cut = [
        ...actual.slice(0, segments.length - 1),
        actual.slice(segments.length - 1).join("/"),
      ];
      const path = item.method === method ? matchSegments(segments, cut) : undefined;
      if (path !== undefined) return { item, path };
    }
    return undefined;
  };
}

function countLabels({ segments }: Indexed<unknown>): number {
  return segments.filter((segment) => segment.startsWith("{")).length;
}

function keyOf(method: string, segments: readonly string[]): string {
  return `${method} ${segments.length}`;
}

function matchSegments(
  expected: readonly string[],
  actual: readonly string[],
): Record<string, string> | undefined {
  const path: Record<string, string> = {};
  for (const [position, segment] of expected.entries()) {
    const value = actual[position] ?? "";
    if (segment.startsWith("{")) path[segment.slice(1, -1)] = decodeSegment(value);
    else if (segment !== value) return undefined;
  }
  return path;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AwsError("InvalidRequestException", "The path is not correctly percent-encoded");
  }
}
