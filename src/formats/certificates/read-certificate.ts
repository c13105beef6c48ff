import type { CertificateFacts } from "../../rules/certificate/certificate-facts.ts";
import { DerReader } from "../../rules/certificate/der.ts";
import { MusterError } from "../../rules/errors.ts";
import { isPrivateKey } from "./private-keys.ts";

export interface Cropped {
  /** Of the certificate alone, in memory of its own. */
  readonly der: Uint8Array;
  /** Bytes that followed and were cut off. */
  readonly trailing: number;
}

/**
 * Reads one certificate, with what may follow it.
 *
 * @param read makes of the DER what the caller wants of it.
 * @returns or why it cannot be read.
 * @throws MusterError PRIVATE_KEY_REFUSED when it is a private key instead; `source` names the file.
 */
export function readCertificate<T>(
  bytes: Uint8Array,
  read: (der: Uint8Array) => T,
  { source, mayTrail = false }: { readonly source: string; readonly mayTrail?: boolean },
): (T & Cropped) | { readonly problem: string } {
  try {
    // A copy: of a Buffer, slice() would be a view that keeps all of a window of the file.
    const der = new Uint8Array(new DerReader(bytes, "certificate").next("certificate").der);
    return { ...read(der), der, trailing: mayTrail ? 0 : bytes.length - der.length };
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    if (isPrivateKey(bytes)) throw privateKeyRefused(source);
    return { problem: error.message };
  }
}

export function isCa({ facts }: { readonly facts: CertificateFacts }): boolean {
  return facts.basicConstraints?.ca === true;
}

export function privateKeyRefused(source: string): MusterError {
  return new MusterError(
    "PRIVATE_KEY_REFUSED",
    `${source} holds a private key. Give the certificate alone, such as the .pem or .crt beside it; Muster never wants the key.`,
  );
}
