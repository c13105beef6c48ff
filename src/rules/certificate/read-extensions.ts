import type { CertificateFacts, KeyUsage } from "./certificate-facts.ts";
import {
  type DerElement,
  DerReader,
  tags,
  toBitString,
  toBoolean,
  toOid,
  toSmallInteger,
  unreadable,
} from "./der.ts";

/** RFC 5280 §4.2.1. */
export const extensionIds = {
  keyUsage: "2.5.29.15",
  subjectAlternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  extendedKeyUsage: "2.5.29.37",
} as const;

/** By bit, from the most significant (RFC 5280 §4.2.1.3). */
const usages: readonly KeyUsage[] = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
];

type ExtensionFacts = Pick<
  CertificateFacts,
  "extensions" | "criticalExtensions" | "basicConstraints" | "keyUsage" | "extendedKeyUsage"
>;

/** Reads Extensions: the ids of all, the content of those that a rule looks into. */
export function readExtensions(element: DerElement): ExtensionFacts {
  const { where } = element;
  const values = new Map<string, DerElement>();
  const criticalExtensions: string[] = [];
  const extensions = element.children();
  while (!extensions.done) {
    const extension = extensions.read(tags.sequence, where).children();
    const oid = toOid(extension.read(tags.oid, where));
    const critical = extension.readOptional(tags.boolean, where);
    const value = extension.read(tags.octetString, `extension ${oid}`);
    extension.finish();
    // RFC 5280 §4.2; two readers could each take another of them.
    if (values.has(oid)) throw unreadable(value.where, "it is there twice");
    values.set(oid, value);
    if (critical && toBoolean(critical)) criticalExtensions.push(oid);
  }
  const basicConstraints = values.get(extensionIds.basicConstraints);
  const keyUsage = values.get(extensionIds.keyUsage);
  const extendedKeyUsage = values.get(extensionIds.extendedKeyUsage);
  return {
    extensions: [...values.keys()],
    criticalExtensions,
    ...(basicConstraints && { basicConstraints: toBasicConstraints(basicConstraints) }),
    ...(keyUsage && { keyUsage: toKeyUsage(keyUsage) }),
    ...(extendedKeyUsage && { extendedKeyUsage: toExtendedKeyUsage(extendedKeyUsage) }),
  };
}

function toBasicConstraints(value: DerElement): CertificateFacts["basicConstraints"] & object {
  const constraints = inner(value, tags.sequence).children();
  const ca = constraints.readOptional(tags.boolean, value.where);
  const pathLength = constraints.readOptional(tags.integer, value.where);
  constraints.finish();
  return {
    ca: ca !== undefined && toBoolean(ca),
    ...(pathLength && { pathLength: toSmallInteger(pathLength) }),
  };
}

function toKeyUsage(value: DerElement): readonly KeyUsage[] {
  const bits = toBitString(inner(value, tags.bitString));
  return usages.filter((_, bit) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

function toExtendedKeyUsage(value: DerElement): readonly string[] {
  const purposes: string[] = [];
  const list = inner(value, tags.sequence).children();
  while (!list.done) purposes.push(toOid(list.read(tags.oid, value.where)));
  return purposes;
}

/** The one element that an extension's OCTET STRING holds. */
function inner({ content, where }: DerElement, tag: number): DerElement {
  const reader = new DerReader(content, where);
  const element = reader.read(tag, where);
  reader.finish();
  return element;
}
