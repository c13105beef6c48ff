import {
  type FindCertificates,
  readSequence,
  toSequenceItem,
} from "../certificates/certificate-sequence.ts";
import { decode, findRecords, isWhole } from "../certificates/find-records.ts";
import { cutLine, cutWhole } from "../framing/cut-line.ts";
import type { ManifestFormat } from "../manifest-format.ts";

const findInLine: FindCertificates = ({ bytes }, onText) => {
  const found = findRecords(bytes.toString("latin1"), onText);
  return found.length > 0 ? found.map(toSequenceItem) : [nothing];
};

const nothing = {
  code: "CERTIFICATE_UNREADABLE",
  message: "The line is neither base64 nor hex of a certificate.",
} as const;

/**
 * Lines in base64 or hex, each one device's certificate in DER, or in PEM with the CAs after it. A
 * single certificate may go over several lines.
 */
export const base64ListFormat: ManifestFormat = {
  name: "base64-list",
  title: "one certificate in base64 or hex per line",
  detect: ({ text, complete }) => {
    const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
    const whole = complete ? lines : lines.slice(0, -1);
    if (whole.some((line) => isWhole(decode(line)))) return { skip: 0, context: {} };
    const isOne = complete && decode(lines.join("")) !== undefined;
    return isOne ? { skip: 0, context: { single: true } } : undefined;
  },
  cut: ({ single }) => (single ? cutWhole : cutLine),
  ...readSequence(findInLine),
};
