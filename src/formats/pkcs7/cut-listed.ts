import { cutElements } from "../der/der-format.ts";
import type { Cut, Resync } from "../framing/cut-records.ts";
import { findCertificates, signedData } from "./find-certificates.ts";

const sequence = 0x30;

/** Finds the certificates of a PKCS#7, and of those that follow it. */
export const cutListed: Cut = (window, start, atEnd) => {
  const element = cutElements(window, start, atEnd);
  if (element === undefined || "keep" in element || element.fault) return element;
  // One byte more tells whether the list goes on.
  if (element.end === window.length) return atEnd ? element : { keep: start };
  return window[element.end] === sequence ? element : { ...element, resync: toNextList };
};

/** What comes before the type of the content: a tag and a length. */
const headerBytes = [2, 3, 4, 5];
/** From the beginning of a PKCS#7 to its first certificate are a few dozen. */
const maxBeforeList = 4096;

const toNextList: Resync = (window, from) => {
  for (
    let at = window.indexOf(signedData, from);
    at >= 0;
    at = window.indexOf(signedData, at + 1)
  ) {
    const next = headerBytes
      .map((bytes) => at - bytes)
      .filter((start) => start >= from && window[start] === sequence)
      .map((start) => start + (findCertificates(window.subarray(start)) ?? Number.NaN))
      .find((list) => list < window.length);
    if (next !== undefined) return { next };
    if (window.length - at < maxBeforeList) return { keep: Math.max(from, at - 5) };
  }
  return { keep: Math.max(from, window.length - signedData.length - 5) };
};
