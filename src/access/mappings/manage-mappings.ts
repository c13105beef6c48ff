import type { ColumnMapping } from "../../formats/manifest-format.ts";
import { findMapping, type SavedMapping, toColumns } from "../../rules/batch/saved-mapping.ts";
import type { Manufacturer } from "../../rules/decision/ledger.ts";
import { MusterError } from "../../rules/errors.ts";
import { orUnknown } from "../manufacturers/or-unknown.ts";
import { type ReadSubject, updateSubject, type WriteSubject } from "../subjects.ts";
import { checkMapping } from "./check-mapping.ts";

export interface MappingsDeps {
  readonly read: ReadSubject<Manufacturer>;
  readonly write: WriteSubject<Manufacturer>;
  readonly now: () => Date;
  readonly actor: string;
}

export interface NamedMapping extends SavedMapping {
  readonly name: string;
}

/**
 * Says whether a mapping is still as the caller saw it.
 *
 * @param revision grows with every saving; 0 when there is none.
 * @throws MusterError when it is not.
 */
type CheckMappingRevision = (revision: number) => void;

/** How a manufacturer's tables are to be read; a batch keeps what it was opened with. */
export interface Mappings {
  /** By name. @throws MusterError MANUFACTURER_UNKNOWN */
  readonly list: (manufacturer: string) => Promise<readonly NamedMapping[]>;
  /** @throws MusterError MAPPING_UNKNOWN, MANUFACTURER_UNKNOWN */
  readonly get: (manufacturer: string, name: string) => Promise<NamedMapping>;
  /** The same again changes nothing. @throws MusterError MAPPING_INVALID, MANUFACTURER_UNKNOWN */
  readonly save: (
    manufacturer: string,
    name: string,
    mapping: ColumnMapping,
    check: CheckMappingRevision,
  ) => Promise<NamedMapping>;
  /** @throws MusterError MAPPING_UNKNOWN, MANUFACTURER_UNKNOWN */
  readonly remove: (
    manufacturer: string,
    name: string,
    check: CheckMappingRevision,
  ) => Promise<void>;
}

/** Bounds the manufacturer's item, where they lie beside the issuers. */
const maxMappings = 50;

/** Builds the use cases on mappings. */
export function createMappings(deps: MappingsDeps): Mappings {
  const { read, write, now, actor } = deps;
  const audit = (action: string, name: string, mapping: ColumnMapping) => ({
    action,
    actor,
    at: now().toISOString(),
    evidence: { mapping: name, ...toColumns(mapping) },
  });
  const readAll = async (id: string) => orUnknown(id, (await read(id)).value).mappings ?? {};

  return {
    list: async (id) =>
      Object.entries(await readAll(id))
        .map(([name, mapping]) => ({ name, ...mapping }))
        .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    get: async (id, name) => {
      const mapping = findMapping(await readAll(id), name);
      if (mapping) return { name, ...mapping };
      throw mappingUnknown(id, name);
    },
    save: async (id, name, given, check) => {
      const mapping = checkMapping(name, given);
      const changed = await updateSubject(id, read, write, (current) => {
        const value = orUnknown(id, current);
        const mappings = value.mappings ?? {};
        const standing = findMapping(mappings, name);
        check(toMappingRevision(standing));
        if (standing && isSame(standing, mapping)) return { value };
        if (standing === undefined && Object.keys(mappings).length >= maxMappings) {
          const message = `"${id}" has ${maxMappings} mappings, which is the limit.`;
          throw new MusterError("MAPPING_INVALID", message);
        }
        const saved = { ...mapping, savedAt: toLater(now(), standing), savedBy: actor };
        return {
          value: { ...value, mappings: { ...mappings, [name]: saved } },
          audit: audit("mapping-saved", name, mapping),
        };
      });
      const saved = findMapping(changed.mappings ?? {}, name);
      if (saved) return { name, ...saved };
      throw mappingUnknown(id, name);
    },
    remove: async (id, name, check) => {
      await updateSubject(id, read, write, (current) => {
        const value = orUnknown(id, current);
        const { [name]: _, ...others } = value.mappings ?? {};
        const standing = findMapping(value.mappings ?? {}, name);
        if (standing === undefined) throw mappingUnknown(id, name);
        check(toMappingRevision(standing));
        return {
          value: { ...value, mappings: others },
          audit: audit("mapping-removed", name, standing),
        };
      });
    },
  };
}

/** A number that every saving makes greater; 0 when there is none. */
export function toMappingRevision(mapping: SavedMapping | undefined): number {
  return mapping === undefined ? 0 : Date.parse(mapping.savedAt);
}

function isSame(one: ColumnMapping, other: ColumnMapping): boolean {
  return one.cert === other.cert && one.id === other.id && one.chain === other.chain;
}

/** Two savings within a millisecond are told apart too. */
function toLater(now: Date, before: SavedMapping | undefined): string {
  return new Date(Math.max(now.getTime(), toMappingRevision(before) + 1)).toISOString();
}

function mappingUnknown(manufacturer: string, name: string): MusterError {
  return new MusterError("MAPPING_UNKNOWN", `"${manufacturer}" has no mapping "${name}".`, {
    details: { mapping: name },
  });
}
