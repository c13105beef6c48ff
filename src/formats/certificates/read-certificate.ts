import type { CertificateFacts } from "../../rules/certificate/certificate-facts.ts";
import { DerReader } from "../../rules/certificate/der.ts";
import { MusterError } from "../../rules/errors.ts";
import type { ManifestProblemCode } from "../manifest-problems.ts";
import { toOtherKind } from "./other-kinds.ts";
import { isPrivateKey, toKeyStore } from "./private-keys.ts";

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
 * @throws MusterError PRIVATE_KEY_REFUSED when it is a private key instead, or a store of them;
 * `source` names the file.
 */
export function readCertificate<T>(
  bytes: Uint8Array,
  read: (der: Uint8Array) => T,
  { source, mayTrail = false }: { readonly source: string; readonly mayTrail?: boolean },
): (T & Cropped) | { readonly problem: string; readonly code: ManifestProblemCode } {
  try {
    // A copy: of a Buffer, slice() would be a view that keeps all of a window of the file.
    const der = new Uint8Array(new DerReader(bytes, "certificate").next("certificate").der);
    return { ...read(der), der, trailing: mayTrail ? 0 : bytes.length - der.length };
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    refuseKey(bytes, source);
    const other = toOtherKind(bytes);
    if (other) return { code: other.code, problem: `It is ${other.name}.` };
    return { code: "CERTIFICATE_UNREADABLE", problem: error.message };
  }
}

export function isCa({ facts }: { readonly facts: CertificateFacts }): boolean {
  return facts.basicConstraints?.ca === true;
}

/** @throws MusterError PRIVATE_KEY_REFUSED when the bytes are a private key, or a store of them. */
export function refuseKey(bytes: Uint8Array, source: string): void {
  refuseKeyStore(bytes, source);
  if (isPrivateKey(bytes)) throw privateKeyRefused(source);
}

/** @throws MusterError PRIVATE_KEY_REFUSED when the bytes begin a store of private keys. */
export function refuseKeyStore(bytes: Uint8Array, source: string): void {
  const kind = toKeyStore(bytes);
  if (kind === undefined) return;
  const how =
    kind === "Java"
      ? "keytool -exportcert -rfc -alias <alias> -keystore <file>"
      : "openssl pkcs12 -in <file> -nokeys -out certificates.pem";
  throw new MusterError(
    "PRIVATE_KEY_REFUSED",
    `${source} is a ${kind} key store, which is for private keys. Take the certificates out of it and send them alone: ${how}`,
  );
}

export function privateKeyRefused(source: string): MusterError {
  return new MusterError(
    "PRIVATE_KEY_REFUSED",
    `${source} holds a private key. Give the certificate alone, such as the .pem or .crt beside it; Muster never wants the key.`,
  );
}
