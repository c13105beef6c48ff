import { toPem } from "../certificates/to-pem.ts";
import type { SampleDefect } from "./sample-defects.ts";
import type { SampleRow } from "./sample-format.ts";

/** Whole spellings of a certificate in place of PEM. */
const encodings = ["base64", "base64url", "hex"] as const;

/** The certificate as it stands in a field, with what the file's defects make of it. */
export function toCertificateText(row: SampleRow, defects: ReadonlySet<SampleDefect>): string {
  const encoding = encodings.find((name) => defects.has(name));
  if (row.text === undefined && encoding) return row.certificate.toString(encoding);
  return respell(toPemText(row, defects), defects);
}

const label = /(BEGIN|END) CERTIFICATE-/g;
/** As `openssl pkcs12` prints. */
const textBefore = "Bag Attributes\n    friendlyName: device\n";

/** The same where only PEM can stand. */
export function toPemText(
  { text, certificate }: SampleRow,
  defects: ReadonlySet<SampleDefect>,
): string {
  const pem = text ?? toPem(certificate);
  const labelled = defects.has("other-label") ? pem.replaceAll(label, "$1 X509 CERTIFICATE-") : pem;
  const joined = defects.has("one-line") ? joinLines(labelled) : labelled;
  return defects.has("text-before") && pem !== "" ? textBefore + joined : joined;
}

/** Keeps the lines with the labels. */
function joinLines(pem: string): string {
  return pem.replaceAll(/([A-Za-z0-9+/=])\n(?!-)/g, "$1");
}

function respell(text: string, defects: ReadonlySet<SampleDefect>): string {
  if (defects.has("spaces")) return text.trim().replaceAll("\n", " ");
  return defects.has("literal-newlines") ? text.replaceAll("\n", "\\n") : text;
}
