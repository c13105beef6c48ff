import { encodeDer, oid, printable, sequence, utf8 } from "./encode-der.ts";

/** Subject attributes in the order to be encoded: `[["O", "Acme"], ["CN", "0123"]]`. */
export type SampleName = readonly (readonly [type: keyof typeof attributeTypes, value: string])[];

const attributeTypes = {
  C: "550406",
  ST: "550408",
  L: "550407",
  O: "55040a",
  OU: "55040b",
  CN: "550403",
  serialNumber: "550405",
} as const;

/** Countries are PrintableString by their definition (RFC 5280, appendix A.1); the rest is UTF-8. */
export function encodeName(name: SampleName): Buffer {
  const parts = name.map(([type, value]) => {
    const text = type === "C" ? printable(value) : utf8(value);
    return encodeDer(0x31, sequence(oid(attributeTypes[type]), text));
  });
  return sequence(...parts);
}
