import { openRegistry } from "../registry.ts";
import { createRoutes } from "./create-routes.ts";
import type { Route } from "./route.ts";

/** Lists every operation that the stand-in supports, for the reference. */
export function listOperations(): readonly Omit<Route, "handle">[] {
  const registry = openRegistry(":memory:");
  try {
    const identity = { accountId: "123456789012", region: "local", endpointAddress: "localhost" };
    return createRoutes({ registry, identity, now: () => new Date(0) });
  } finally {
    registry.close();
  }
}
