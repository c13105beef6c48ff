import * as z from "zod";
import {
  mappingListSchema,
  mappingSchema,
  type saveMappingSchema,
} from "../../api/schemas/mapping.ts";
import { manufacturerListSchema } from "../../api/schemas/operator.ts";
import { MusterError } from "../../rules/errors.ts";
import type { CallApi } from "./api-client.ts";

export type Mapping = z.output<typeof mappingSchema>;

/** What the command line asks the API of a manufacturer's mappings. */
export interface MappingApi {
  readonly list: () => Promise<readonly Mapping[]>;
  readonly show: (name: string) => Promise<Mapping>;
  /** @returns the mapping, and whether it took another's place. */
  readonly save: (
    name: string,
    columns: z.input<typeof saveMappingSchema>,
  ) => Promise<{ readonly mapping: Mapping; readonly isNew: boolean }>;
  readonly remove: (name: string) => Promise<void>;
}

export function createMappingApi(
  call: CallApi,
  manufacturer: string,
  signal: AbortSignal,
): MappingApi {
  const all = `/v1/manufacturers/${encodeURIComponent(manufacturer)}/mappings`;
  const at = (name: string) => `${all}/${encodeURIComponent(name)}`;

  /** Undefined where there is none. */
  async function findTag(name: string): Promise<string | undefined> {
    let tag: string | undefined;
    const onEntityTag = (each: string) => {
      tag = each;
    };
    try {
      await call({ path: at(name), answer: mappingSchema, onEntityTag, signal });
    } catch (error) {
      if (!(error instanceof MusterError) || error.code !== "MAPPING_UNKNOWN") throw error;
    }
    return tag;
  }

  return {
    list: async () => (await call({ path: all, answer: mappingListSchema, signal })).mappings,
    show: (name) => call({ path: at(name), answer: mappingSchema, signal }),
    save: async (name, body) => {
      const tag = await findTag(name);
      const precondition = tag === undefined ? { "if-none-match": "*" } : { "if-match": tag };
      const request = { method: "PUT", path: at(name), body, precondition } as const;
      const mapping = await call({ ...request, answer: mappingSchema, signal });
      return { mapping, isNew: tag === undefined };
    },
    remove: async (name) => {
      const request = {
        method: "DELETE",
        path: at(name),
        precondition: { "if-match": "*" },
      } as const;
      await call({ ...request, answer: z.undefined(), signal });
    },
  };
}

/**
 * Finds whose mappings are meant: a manufacturer's own token sees one manufacturer.
 *
 * @throws MusterError USAGE_INVALID when it has to be said.
 */
export async function findManufacturer(call: CallApi, signal: AbortSignal): Promise<string> {
  const { manufacturers } = await call({
    path: "/v1/manufacturers",
    query: { limit: 2 },
    answer: manufacturerListSchema,
    signal,
  });
  const [only, ...others] = manufacturers;
  if (only && others.length === 0) return only.id;
  throw new MusterError("USAGE_INVALID", "Whose mappings? Give --manufacturer <id>.");
}
