import { MusterError } from "../../rules/errors.ts";
import { isMapping, type ManifestFormat, type ManifestOptions } from "../manifest-format.ts";
import { type ArchiveContents, type IgnoredReason, ignoredReasons } from "./archive-contents.ts";
import type { ArchiveEntry } from "./archive-entry.ts";
import { defaultDataObject } from "./infineon-names.ts";

export type MappingCheck = ReturnType<typeof createMappingCheck>;

/** A mapping is for the tables in an archive; where there is none, it is not passed over in silence. */
export function createMappingCheck(source: string, { mapping }: ManifestOptions) {
  let isUsed = !isMapping(mapping);
  return {
    note: ({ maps = [] }: ManifestFormat): void => {
      isUsed ||= maps.length > 0;
    },
    end: (): void => {
      if (isUsed) return;
      const message = `${source} has no file with columns to map. Leave out the mapping.`;
      throw new MusterError("MAPPING_INVALID", message);
    },
  };
}

/** Spreadsheets of today are ZIPs. */
export function refuseSpreadsheet({ name }: ArchiveEntry, source: string): void {
  if (name !== "xl/workbook.xml" && name !== "xl/workbook.bin") return;
  const message = `${source} is a spreadsheet. Save it as CSV, with ids as text, and send that.`;
  throw new MusterError("MANIFEST_UNREADABLE", message);
}

interface Read {
  readonly source: string;
  readonly options: ManifestOptions;
  readonly contents: ArchiveContents;
}

/** @throws MusterError DATA_OBJECT_MISSING */
export function checkDataObject({ source, options, contents }: Read): void {
  const { vendor, dataObjects } = contents;
  const { dataObject = defaultDataObject } = options;
  if (vendor === undefined && options.dataObject === undefined) return;
  if ((dataObjects[dataObject] ?? 0) > 0) return;
  const there = Object.keys(dataObjects).filter((name) => (dataObjects[name] ?? 0) > 0);
  const those = there.length === 0 ? "none" : there.join(", ");
  const message = `${source} has no certificates of data object ${dataObject}; it has those of ${those}.`;
  throw new MusterError("DATA_OBJECT_MISSING", message, { details: { dataObjects: there } });
}

/** @returns why there is nothing in an archive that is of use. */
export function toNothing({ source, contents: { entries, ignored } }: Read): MusterError {
  const why = Object.entries(ignored).map(
    ([reason, { files }]) =>
      `not read: ${files} of ${entries}, ${ignoredReasons[reason as IgnoredReason]}`,
  );
  const what = entries === 0 ? "is an archive without files" : "holds no certificates in its files";
  return new MusterError("MANIFEST_UNREADABLE", `${[`${source} ${what}`, ...why].join("; ")}.`);
}
