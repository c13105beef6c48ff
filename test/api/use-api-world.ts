import { afterAll, beforeAll } from "vitest";
import { type ApiWorld, createApiWorld } from "./support.ts";

/** The API's world for all tests of a file. */
export function useApiWorld(): { readonly api: ApiWorld } {
  const holder: { api?: ApiWorld } = {};
  beforeAll(async () => {
    holder.api = await createApiWorld();
  });
  afterAll(() => holder.api?.close());
  return {
    get api() {
      if (holder.api === undefined) throw new Error("The world is not there yet.");
      return holder.api;
    },
  };
}
