import { type SequenceItem, toSequenceItem } from "../certificates/certificate-sequence.ts";
import type { Block } from "../certificates/find-records.ts";
import { listCertificates } from "./list-certificates.ts";

/** @returns what a place that should hold a certificate does hold: one, or those of a PKCS#7. */
export function toItems(block: Block): readonly SequenceItem[] {
  const listed = "der" in block ? listCertificates(toBuffer(block.der)) : [];
  if (listed.length === 0) return [toSequenceItem(block)];
  return listed.map((der) => ({ der, mayTrail: false }));
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
