import {
  type FindCertificates,
  readSequence,
  type SequenceItem,
} from "../certificates/certificate-sequence.ts";
import { decodeBody, findPemBlocks } from "../certificates/find-records.ts";
import { toShown } from "../framing/to-text.ts";
import type { ManifestFormat } from "../manifest-format.ts";
import { toItems } from "../pkcs7/to-items.ts";
import { begin, cutPemBlock } from "./cut-pem-block.ts";

const findInBlock: FindCertificates = ({ bytes }, onText) => {
  const text = bytes.toString("latin1");
  onText(text);
  // Also under the label of a certificate a PKCS#7 has been seen.
  const blocks = findPemBlocks(text);
  return blocks.length > 0 ? blocks.flatMap(toItems) : readOther(text);
};

/**
 * PEM blocks with anything around them: devices alone, or devices and the CAs that issued them, in
 * any order.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7468
 */
export const pemFormat: ManifestFormat = {
  name: "pem",
  title: "PEM certificates",
  detect: ({ bytes }) => {
    const first = cutPemBlock(bytes, 0, true);
    return first === undefined || "keep" in first ? undefined : { skip: 0, context: {} };
  },
  cut: () => cutPemBlock,
  ...readSequence(findInBlock),
};

const misspelt: SequenceItem = {
  code: "CERTIFICATE_UNREADABLE",
  message: 'The block does not begin with "-----BEGIN CERTIFICATE-----", in capitals and hyphens.',
};

/** Labels of what is never a certificate, lest somebody wonders why it cannot be read. */
const otherLabel = /KEY|PARAMETERS|CRL|ATTRIBUTE|SIGNATURE|MESSAGE/;

/** Reads a block that is not labelled as a certificate; some vendors have labels of their own. */
function readOther(text: string): readonly SequenceItem[] {
  if (!text.startsWith(begin)) return [misspelt];
  const [label = "", body = ""] = text.slice(begin.length).split("-----", 2);
  const name = label.trim();
  if (name.endsWith("CERTIFICATE REQUEST")) {
    const message = "The block is a certificate signing request.";
    return [{ code: "REQUEST_NOT_CERTIFICATE", message }];
  }
  const der = otherLabel.test(name) ? undefined : decodeBody(body);
  if (der?.[0] === 0x30) return toItems({ der, mayTrail: false });
  return [{ code: "NOT_A_CERTIFICATE", message: `The block is labelled ${toShown(name)}.` }];
}
