/** Which column or member of a manufacturer's manifests holds what. */
export interface SavedMapping {
  readonly cert?: string;
  readonly id?: string;
  readonly chain?: string;
  /** ISO 8601; later than that of the mapping it took the place of. */
  readonly savedAt: string;
  readonly savedBy: string;
}

export type SavedMappings = Readonly<Record<string, SavedMapping>>;

/** A name like one of JavaScript's own is no mapping. */
export function findMapping(mappings: SavedMappings, name: string): SavedMapping | undefined {
  return Object.hasOwn(mappings, name) ? mappings[name] : undefined;
}

/** What a mapping says, without who said it. */
export function toColumns({
  cert,
  id,
  chain,
}: Pick<SavedMapping, "cert" | "id" | "chain">): Pick<SavedMapping, "cert" | "id" | "chain"> {
  return {
    ...(cert !== undefined && { cert }),
    ...(id !== undefined && { id }),
    ...(chain !== undefined && { chain }),
  };
}
