import {
  type FindCertificates,
  readSequence,
  type SequenceItem,
  toSequenceItem,
} from "../certificates/certificate-sequence.ts";
import { type Block, findPemBlocks } from "../certificates/find-records.ts";
import type { Cut } from "../framing/cut-records.ts";
import { toShown } from "../framing/to-text.ts";
import { type ManifestFormat, maxRecordBytes } from "../manifest-format.ts";
import { listCertificates } from "../pkcs7/list-certificates.ts";

const begin = "-----BEGIN ";
const end = "-----END";
/** `-----END`, a label, and the dashes after it. */
const maxEndLength = 80;

const findInBlock: FindCertificates = ({ bytes }, onText) => {
  const text = bytes.toString("latin1");
  onText(text);
  // Also under the label of a certificate a PKCS#7 has been seen.
  const blocks = findPemBlocks(
    text.replaceAll(/(BEGIN|END) (?:PKCS7|CMS)-----/g, "$1 CERTIFICATE-----"),
  );
  return blocks.length > 0 ? blocks.flatMap(toItems) : [toOther(text)];
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
  detect: ({ text }) => (text.includes(begin) ? { skip: 0, context: {} } : undefined),
  cut: () => cutPemBlock,
  ...readSequence(findInBlock),
};

const cutPemBlock: Cut = (window, from, atEnd) => {
  const start = window.indexOf(begin, from);
  if (start < 0) return atEnd ? undefined : { keep: Math.max(from, window.length - begin.length) };
  const nextBegin = window.indexOf(begin, start + begin.length);
  const limit = start + maxRecordBytes;
  const until = Math.min(limit, nextBegin < 0 ? window.length : nextBegin);
  const endAt = window.subarray(0, until).indexOf(end, start);
  if (endAt < 0) {
    if (nextBegin >= 0 && nextBegin < limit) {
      return { start, end: nextBegin, next: nextBegin, fault: "unclosed" };
    }
    if (window.length > limit) {
      return { start, end: limit, next: start + begin.length, fault: "too-long", resync: toBegin };
    }
    if (!atEnd) return { keep: start };
    return { start, end: window.length, next: window.length, fault: "unclosed" };
  }
  const dashes = window.subarray(endAt + end.length, endAt + maxEndLength).indexOf("-----");
  if (dashes >= 0) {
    const next = endAt + end.length + dashes + "-----".length;
    return { start, end: next, next };
  }
  if (!atEnd && window.length < endAt + maxEndLength) return { keep: start };
  return { start, end: endAt + end.length, next: endAt + end.length };
};

function toBegin(window: Buffer, from: number) {
  const next = window.indexOf(begin, from);
  return next >= 0 ? { next } : { keep: Math.max(from, window.length - begin.length) };
}

function toItems(block: Block): readonly SequenceItem[] {
  const listed = "der" in block ? listCertificates(toBuffer(block.der)) : [];
  if (listed.length === 0) return [toSequenceItem(block)];
  return listed.map((der) => ({ der, mayTrail: false }));
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Of a block that is none of a certificate. */
function toOther(text: string): SequenceItem {
  const label = text.slice(begin.length).split("-----", 1)[0] ?? "";
  if (label.endsWith("CERTIFICATE REQUEST")) {
    const message = "The block is a certificate signing request.";
    return { code: "REQUEST_NOT_CERTIFICATE", message };
  }
  return { code: "NOT_A_CERTIFICATE", message: `The block is labelled ${toShown(label)}.` };
}
