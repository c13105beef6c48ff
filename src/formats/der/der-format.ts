import { type FindCertificates, readSequence } from "../certificates/certificate-sequence.ts";
import { type Cut, type Found, type More, type Resync, skipAll } from "../framing/cut-records.ts";
import { type ManifestFormat, maxRecordBytes } from "../manifest-format.ts";
import { certificateStartBytes, findCertificateStart } from "./find-certificate-start.ts";

export const findInElement: FindCertificates = ({ bytes }) => [{ der: bytes, mayTrail: false }];

/**
 * Certificates in DER, one after another; mostly it is one.
 *
 * @see ITU-T X.690 §8.1
 */
export const derFormat: ManifestFormat = {
  name: "der",
  title: "DER certificates",
  binary: true,
  detect: ({ bytes }) => {
    if (startsDer(bytes, 0)) return { skip: 0, context: {} };
    const start = findCertificateStart(bytes.subarray(0, maxLeading), 0);
    return start === undefined ? undefined : { skip: start, context: { leading: start } };
  },
  cut: () => cutDer,
  ...readSequence(findInElement),
};

/** `30` alone is the ASCII digit 0; no certificate is short enough for a length below 0x81. */
function startsDer(bytes: Buffer, at: number): boolean {
  const length = bytes[at + 1] ?? 0;
  return bytes[at] === 0x30 && length >= 0x81 && length <= 0x84;
}

/**
 * So far a certificate may stand behind something else, as an OPTIGA Trust M puts an identity tag before
 * it, and memory read out of a chip begins with what was not written.
 */
const maxLeading = 4096;
const headerBytes = 6;

/**
 * Finds the certificates of a file that has nothing else, but padding: what was read from one chip after
 * another, or joined by a program that adds line ends.
 */
const cutDer: Cut = (window, start, atEnd) => {
  const there = window.length - start;
  if (there === 0) return atEnd ? undefined : { keep: start };
  if (there < headerBytes && !atEnd) return { keep: start };
  const element = cutElement(window, start, atEnd);
  if ("keep" in element || element.fault || (atEnd && element.end === window.length)) {
    return element;
  }
  // Two bytes more tell whether another certificate follows.
  if (window.length < element.end + 2 && !atEnd) return { keep: start };
  if (startsDer(window, element.end)) return element;
  return { ...element, fault: "trailing", resync: toCertificate };
};

const toCertificate: Resync = (window, from) => {
  const next = findCertificateStart(window, from);
  return next === undefined
    ? { keep: Math.max(from, window.length - certificateStartBytes) }
    : { next };
};

/** Finds the certificates of a list, which ends with whatever is none. */
export const cutElements: Cut = (window, start, atEnd) => {
  if (window.length === start) return atEnd ? undefined : { keep: start };
  if (window[start] !== 0x30) return { keep: window.length, done: true };
  if (window.length < start + headerBytes && !atEnd) return { keep: start };
  return cutElement(window, start, atEnd);
};

function cutElement(window: Buffer, start: number, atEnd: boolean): Found | More {
  const end = start + elementLength(window, start);
  if (end - start > maxRecordBytes) {
    return { start, end: start, next: skipAll, fault: "too-long" };
  }
  if (end <= window.length) return { start, end, next: end };
  return atEnd ? { start, end: window.length, next: window.length } : { keep: start };
}

function elementLength(window: Buffer, start: number): number {
  const lengthBytes = (window[start + 1] ?? 0) & 0x7f;
  const length = window.subarray(start + 2, start + 2 + lengthBytes);
  return 2 + lengthBytes + length.reduce((sum, byte) => sum * 256 + byte, 0);
}
