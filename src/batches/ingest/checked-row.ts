import type { ManifestRecord } from "../../formats/manifest-format.ts";

/** A row that stood the checks, on its way to the ledger. */
export interface CheckedRow {
  readonly record: number;
  readonly certificateId: string;
  readonly deviceId?: string;
  /** Where in an archive it is. */
  readonly entry?: string;
  readonly entryRecord?: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** Base64 of DER. */
  readonly certificate: string;
  readonly chain: readonly string[];
}

/** What of it tells duplicates. */
export type RowName = readonly [certificateId: string, deviceId: string | null];

/**
 * What a row repeats of an earlier one. Rows are counted from 0 in what was checked of their part, as
 * one record may hold several.
 */
export type Repeats = readonly (readonly [row: number, what: "id" | "certificate"])[];

export function toCheckedRow(row: ManifestRecord): CheckedRow {
  const { record, facts, deviceId, attributes, leaf, chain } = row;
  return {
    record,
    certificateId: facts.certificateId,
    ...(deviceId !== undefined && { deviceId }),
    ...toPlace(row),
    attributes,
    certificate: toBase64(leaf),
    chain: chain.map(toBase64),
  };
}

/** Where in an archive a row is, for whoever reads of it. */
export function toPlace({
  entry,
  entryRecord,
}: Pick<CheckedRow, "entry" | "entryRecord">): Pick<CheckedRow, "entry" | "entryRecord"> {
  return {
    ...(entry !== undefined && { entry }),
    ...(entryRecord !== undefined && { entryRecord }),
  };
}

function toBase64(der: Uint8Array): string {
  return Buffer.from(der.buffer, der.byteOffset, der.length).toString("base64");
}
