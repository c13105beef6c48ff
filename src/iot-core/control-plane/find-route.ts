import { AwsError } from "./aws-error.ts";
import type { Route } from "./route.ts";

interface FoundRoute {
  readonly route: Route;
  readonly path: Readonly<Record<string, string>>;
}

/** Finds the operation that a method and an undecoded path ask for. */
export type FindRoute = (method: string, pathname: string) => FoundRoute;

interface IndexedRoute {
  readonly route: Route;
  readonly segments: readonly string[];
}

/** Builds a finder that looks only at the routes of the right method and length. */
export function createFindRoute(routes: readonly Route[]): FindRoute {
  const index = Map.groupBy(
    routes.map((route): IndexedRoute => ({ route, segments: route.path.split("/") })),
    ({ route, segments }) => keyOf(route.method, segments),
  );
  return (method, pathname) => {
    const actual = pathname.split("/");
    for (const { route, segments } of index.get(keyOf(method, actual)) ?? []) {
      const path = matchSegments(segments, actual);
      if (path !== undefined) return { route, path };
    }
    throw new AwsError(
      "NotImplementedException",
      `${method} ${pathname} is not supported by this stand-in for AWS IoT Core`,
    );
  };
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
