import { MusterError } from "../../rules/errors.ts";
import { createFieldReader, refuseSecrets, secretRefused } from "../fields/read-device-record.ts";
import {
  foldName,
  missingFields,
  type ResolvedFields,
  resolveFields,
} from "../fields/resolve-fields.ts";
import type { Frame } from "../framing/cut-records.ts";
import { toFaultProblem } from "../framing/record-faults.ts";
import { toShown } from "../framing/to-text.ts";
import type {
  ManifestContext,
  ManifestFormat,
  ManifestHead,
  ManifestOptions,
  ManifestStart,
  ReadFrame,
} from "../manifest-format.ts";
import { cutCsv } from "./cut-csv.ts";
import {
  type CsvHeader,
  type FirstRow,
  findCertificate,
  readFirstRow,
  readHeader,
} from "./read-header.ts";
import { splitRow } from "./split-row.ts";

/**
 * A table with a header, told apart by its column names or by the mapping given; also such as a
 * spreadsheet writes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export const csvFormat: ManifestFormat = {
  name: "csv",
  title: "CSV",
  detect,
  cut: ({ delimiter = "," }) => cutCsv(delimiter),
  createCheck: createRowCheck,
  createReader: createRowReader,
};

function detect(head: ManifestHead, options: ManifestOptions): ManifestStart | undefined {
  const { source = "The manifest", mapping } = options;
  const first = readFirstRow(head);
  if (first) return detectHeadless(first, options);
  const header = readHeader(head, mapping);
  if (header === undefined) return undefined;
  const { names, resolved, skip, delimiter } = header;
  const start = { skip, context: { header: names, delimiter } };
  if (isFlashRecipe(names)) throw secretRefused(source, "it is a table for esp_secure_cert");
  if (mapping && names.length > 1) {
    const missing = missingFields(names, mapping);
    if (missing.length > 0) throw unmapped(source, `has no column ${missing.join(", ")}`, names);
  }
  if (resolved.ambiguous) {
    const both = [resolved.certificate, ...resolved.ambiguous].map((at) =>
      toShown(names[at ?? 0] ?? ""),
    );
    throw unmapped(source, `could have its certificates in ${both.join(" or ")}`, names);
  }
  if (resolved.certificate !== undefined || resolved.request !== undefined) return start;
  const inSecondRow = findCertificate(head, header);
  if (inSecondRow !== undefined) {
    const guess = `has a certificate in the column ${toShown(inSecondRow)}, a name that says nothing to Muster`;
    throw unmapped(source, guess, names);
  }
  if (!isTableOfDevices(header)) return undefined;
  if (resolved.certificateId !== undefined) throw withoutCertificates(source, resolved.secrets);
  throw unmapped(source, "has no column that is known to hold certificates", names);
}

/** A table whose first row is a device's: its columns can only be told by their places. */
function detectHeadless(
  { cells, delimiter }: FirstRow,
  { source = "The manifest", mapping = {} }: ManifestOptions,
): ManifestStart {
  const names = cells.map((_, index) => `#${index + 1}`);
  if (mapping.cert === undefined || missingFields(names, mapping).length > 0) {
    throw unmapped(source, "has no header that names its columns", names);
  }
  return { skip: 0, context: { header: names, delimiter } };
}

/** Whether this is a table whose columns somebody would only have to explain. */
function isTableOfDevices({ names, resolved }: CsvHeader): boolean {
  const known = resolved.id !== undefined || resolved.certificateId !== undefined;
  return names.length > 1 && known;
}

/** Of Espressif's esp_secure_cert: one device's flash, its key included. */
function isFlashRecipe(names: readonly string[]): boolean {
  return foldName(names[0] ?? "") === "tlvtype";
}

function withoutCertificates(source: string, secrets: ResolvedFields["secrets"]): MusterError {
  const more = secrets.length > 0 ? " It may hold secrets as well." : "";
  return new MusterError(
    "MANIFEST_WITHOUT_CERTIFICATES",
    `${source} names certificates by thumbprint and holds none.${more} Ask the manufacturer for the certificates themselves: Muster checks who issued them.`,
  );
}

function unmapped(source: string, what: string, names: readonly string[]): MusterError {
  const columns = names.slice(0, 20).map(toShown).join(", ");
  return new MusterError(
    "MAPPING_INVALID",
    `${source} ${what}. Say which column holds what, such as --map "<column>=cert" and --map "<column>=id". Its columns: ${columns}.`,
    { details: { columns: names.slice(0, 20) } },
  );
}

/** Builds the reading of rows, by the names of their columns. */
export function createRowReader(
  { header: names = [], delimiter = "," }: ManifestContext,
  options: ManifestOptions,
): ReadFrame {
  const resolved = resolveFields(names, options.mapping);
  const read = createFieldReader(options);
  const columns = `column${names.length === 1 ? "" : "s"}`;
  return ({ fault, bytes }, record) => {
    const problem = toFaultProblem(fault, record);
    if (problem) return [problem];
    const values = splitRow(bytes, delimiter);
    const excess = values.slice(names.length).some((value) => value.trim() !== "");
    const isShort = values.length <= (resolved.certificate ?? 0);
    if (excess || isShort) {
      const message = `There are ${values.length} cells to ${names.length} ${columns}.`;
      return [{ kind: "problem", record, code: "CELL_COUNT_WRONG", message }];
    }
    return [read({ names, values, resolved, kind: "column" }, record)];
  };
}

/** Looks into the columns that are named as secrets, if there are any. */
function createRowCheck(
  { header: names = [], delimiter = "," }: ManifestContext,
  { source = "The manifest", mapping }: ManifestOptions,
): ((frame: Frame) => void) | undefined {
  const resolved = resolveFields(names, mapping);
  if (resolved.secrets.length === 0) return undefined;
  return ({ fault, bytes }) => {
    if (fault) return;
    refuseSecrets({ names, values: splitRow(bytes, delimiter), resolved, kind: "column" }, source);
  };
}
