import { type FindCertificates, readSequence } from "../certificates/certificate-sequence.ts";
import { decode, findRecords, isWhole } from "../certificates/find-records.ts";
import { cutFolded } from "../framing/cut-folded.ts";
import { cutLine, cutWhole } from "../framing/cut-line.ts";
import type { ManifestFormat } from "../manifest-format.ts";
import { toItems } from "../pkcs7/to-items.ts";

const findInLine: FindCertificates = ({ bytes }, onText) => {
  const found = findRecords(bytes.toString("latin1"), onText);
  return found.length > 0 ? found.flatMap(toItems) : [nothing];
};

const nothing = {
  code: "CERTIFICATE_UNREADABLE",
  message: "The line is neither base64 nor hex of a certificate.",
} as const;

/**
 * Lines in base64 or hex, each one device's certificate in DER, or in PEM with the CAs after it. A
 * certificate in DER may go over several lines, as may all of a file in PEM.
 */
export const base64ListFormat: ManifestFormat = {
  name: "base64-list",
  title: "one certificate in base64 or hex per line",
  detect: ({ text, bytes, complete }) => {
    const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
    const whole = complete ? lines : lines.slice(0, -1);
    if (whole.some((line) => isWhole(decode(line)))) return { skip: 0, context: {} };
    if (isFolded(bytes, complete)) return { skip: 0, context: { folded: true } };
    const isOne = complete && decode(lines.join("")) !== undefined;
    return isOne ? { skip: 0, context: { single: true } } : undefined;
  },
  cut: ({ single, folded }) => {
    if (folded) return cutFolded;
    return single ? cutWhole : cutLine;
  },
  ...readSequence(findInLine),
};

/** By the first of them. */
function isFolded(bytes: Buffer, complete: boolean): boolean {
  const first = cutFolded(bytes, 0, complete);
  if (first === undefined || "keep" in first) return false;
  return isWhole(decode(bytes.toString("latin1", first.start, first.end)));
}
