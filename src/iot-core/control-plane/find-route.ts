import { AwsError } from "./aws-error.ts";
import { knownOperations } from "./known-operations.ts";
import { createPathIndex, type Found, type Located } from "./path-index.ts";
import type { Route } from "./route.ts";

/**
 * Finds the operation that a method and an undecoded path ask for.
 *
 * @throws NotImplementedException which names the operation, where it is one of AWS's.
 */
export type FindRoute = (method: string, pathname: string) => Found<Route>;

interface KnownOperation extends Located {
  readonly operation: string;
}

const known: readonly KnownOperation[] = Object.values(knownOperations).flatMap((operations) =>
  Object.entries(operations).map(([operation, place]) => {
    const [method = "", path = ""] = place.split(" ");
    return { operation, method, path };
  }),
);

export function createFindRoute(routes: readonly Route[]): FindRoute {
  const findRoute = createPathIndex(routes);
  const findKnown = createPathIndex(known);
  return (method, pathname) => {
    const found = findRoute(method, pathname);
    if (found !== undefined) return found;
    const operation = findKnown(method, pathname)?.item.operation;
    throw new AwsError(
      "NotImplementedException",
      operation === undefined
        ? `${method} ${pathname} is no operation of AWS IoT that this stand-in knows`
        : `${operation} is not supported by this stand-in for AWS IoT Core`,
    );
  };
}
