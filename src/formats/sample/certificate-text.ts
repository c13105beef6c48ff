import { toPem } from "../certificates/to-pem.ts";
import type { SampleDefect } from "./sample-defects.ts";
import type { SampleRow } from "./sample-format.ts";

/** The certificate as it stands in a field, with what the file's defects make of it. */
export function toCertificateText(row: SampleRow, defects: ReadonlySet<SampleDefect>): string {
  if (row.text === undefined && defects.has("base64")) return row.certificate.toString("base64");
  const text = row.text ?? toPem(row.certificate);
  if (defects.has("spaces")) return text.trim().replaceAll("\n", " ");
  return defects.has("literal-newlines") ? text.replaceAll("\n", "\\n") : text;
}
