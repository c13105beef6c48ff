import { DerReader } from "../../rules/certificate/der.ts";
import { MusterError } from "../../rules/errors.ts";

/** 2.5.29.14 in DER (RFC 5280 §4.2.1.2). */
const extensionId = Buffer.of(0x06, 0x03, 0x55, 0x1d, 0x0e);

/** @returns the identifier that a certificate gives its key; undefined without one. */
export function readSubjectKeyId(der: Uint8Array): Buffer | undefined {
  const at = Buffer.from(der.buffer, der.byteOffset, der.length).indexOf(extensionId);
  if (at < 0) return undefined;
  try {
    const extension = new DerReader(der, "subjectKeyIdentifier", at + extensionId.length);
    const value = extension.read(0x04, "subjectKeyIdentifier").children();
    return Buffer.from(value.read(0x04, "subjectKeyIdentifier").content);
  } catch (error) {
    if (error instanceof MusterError) return undefined;
    throw error;
  }
}
