import { MusterError } from "../../rules/errors.ts";
import { refuseSecrets, secretRefused } from "../fields/read-device-record.ts";
import { missingFields, type ResolvedFields, resolveFields } from "../fields/resolve-fields.ts";
import type { Frame } from "../framing/cut-records.ts";
import { toShown } from "../framing/to-text.ts";
import type {
  ManifestContext,
  ManifestFormat,
  ManifestHead,
  ManifestOptions,
  ManifestStart,
} from "../manifest-format.ts";
import { cutCsv } from "./cut-csv.ts";
import { findIdDigits } from "./find-id-digits.ts";
import { findKnownExport, isFlashRecipe, type KnownExport } from "./known-exports.ts";
import {
  type CsvHeader,
  type FirstRow,
  findCertificate,
  readFirstRow,
  readHeader,
} from "./read-header.ts";
import { createRowReader } from "./read-rows.ts";
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
  maps: ["cert", "id", "chain"],
  detect,
  cut: ({ delimiter = "," }) => cutCsv(delimiter),
  createCheck: createRowCheck,
  createReader: createRowReader,
};

function detect(head: ManifestHead, options: ManifestOptions): ManifestStart | undefined {
  // An array of PEM texts in JSON is read as PEM.
  if (/^\s*\[\s*"-----BEGIN /.test(head.text)) return undefined;
  const first = readFirstRow(head);
  if (first) return detectHeadless(first, options);
  const header = readHeader(head, options.mapping);
  if (header === undefined) return undefined;
  if (!isOfUse(head, header, options)) return undefined;
  const { names, skip, delimiter } = header;
  const idDigits = findIdDigits(head, header);
  const digits = idDigits === undefined ? {} : { idDigits };
  return { skip, context: { header: names, delimiter, ...digits } };
}

/**
 * Whether this is a table with certificates, as far as its columns say.
 *
 * @throws MusterError where it is a table of devices and cannot be read as it is.
 */
function isOfUse(
  head: ManifestHead,
  header: CsvHeader,
  { source = "The manifest", mapping = {} }: ManifestOptions,
): boolean {
  const { names, resolved } = header;
  if (isFlashRecipe(names)) throw secretRefused(source, "it is a table for esp_secure_cert");
  const missing = names.length > 1 ? missingFields(names, mapping) : [];
  if (missing.length > 0) {
    throw unmapped(source, `has no column ${missing.map(toShown).join(", ")}`, names);
  }
  if (resolved.ambiguous) {
    const both = [resolved.certificate, ...resolved.ambiguous].map((at) =>
      toShown(names[at ?? 0] ?? ""),
    );
    throw unmapped(source, `could have its certificates in ${both.join(" or ")}`, names);
  }
  if (resolved.certificate !== undefined || resolved.request !== undefined) return true;
  const inSecondRow = findCertificate(head, header);
  if (inSecondRow !== undefined) {
    const guess = `has a certificate in the column ${toShown(inSecondRow)}, a name that says nothing to Muster`;
    throw unmapped(source, guess, names);
  }
  return refuseOthers(header, source);
}

/** @returns false for what is no table of devices. */
function refuseOthers(header: CsvHeader, source: string): false {
  const { names, resolved } = header;
  const known = findKnownExport(names);
  if (known !== undefined) throw withoutCertificates(source, known, resolved.secrets);
  if (!isTableOfDevices(header)) return false;
  if (resolved.certificateId !== undefined) {
    const what = "names certificates by thumbprint and holds none";
    throw withoutCertificates(source, { what }, resolved.secrets);
  }
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

function withoutCertificates(
  source: string,
  { what, advice = askForCertificates }: KnownExport,
  secrets: ResolvedFields["secrets"],
): MusterError {
  const more = secrets.length > 0 ? " It may hold secrets as well." : "";
  return new MusterError("MANIFEST_WITHOUT_CERTIFICATES", `${source} ${what}.${more} ${advice}`);
}

const askForCertificates =
  "Ask the manufacturer for the certificates themselves: Muster checks who issued them.";

function unmapped(source: string, what: string, names: readonly string[]): MusterError {
  const columns = names.slice(0, 20).map(toShown).join(", ");
  return new MusterError(
    "MAPPING_INVALID",
    `${source} ${what}. Say which column holds what, such as --map "<column>=cert" and --map "<column>=id". Its columns: ${columns}.`,
    { details: { columns: names.slice(0, 20) } },
  );
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
