import { createPrivateKey } from "node:crypto";

/**
 * Also where white space was lost or line ends were written as `\n`; with two hyphens, as RFC 4716
 * writes four and editors make dashes of some. PuTTY's own format says so in its first line.
 */
const block = /--\s?BEGIN[A-Z0-9\s]{0,40}PRIVATE\s?KEY|PuTTY-User-Key-File-\d/i;

/** Whether a text holds a private key in PEM or the like. */
export function holdsPrivateKey(text: string): boolean {
  return block.test(text);
}

/** Whether this is a private key in DER, encrypted or not. */
export function isPrivateKey(der: Uint8Array): boolean {
  // Trying takes longer than all else that is done with a certificate.
  if (!mayBePrivateKey(der)) return false;
  return (["pkcs8", "pkcs1", "sec1"] as const).some((type) => {
    try {
      createPrivateKey({ key: Buffer.from(der), format: "der", type });
      return true;
    } catch (error) {
      return (
        error instanceof TypeError && "code" in error && error.code === "ERR_MISSING_PASSPHRASE"
      );
    }
  });
}

const sequence = 0x30;
const integer = 0x02;
const objectId = 0x06;

/**
 * Whether this could be one, at a glance: keys begin with a version, encrypted ones with an algorithm,
 * certificates with neither (RFC 5958 §2 and §3, RFC 5915 §3, RFC 8017 appendix A.1.2).
 */
export function mayBePrivateKey(der: Uint8Array): boolean {
  if (der[0] !== sequence) return false;
  const first = contentOf(der, 0);
  if (der[first] === integer) return true;
  return der[first] === sequence && der[contentOf(der, first)] === objectId;
}

/** Where the content of an element begins. */
function contentOf(der: Uint8Array, at: number): number {
  const length = der[at + 1] ?? 0;
  return at + 2 + (length < 0x80 ? 0 : length - 0x80);
}

/** Version 3, then content of type `data` or `signedData` (RFC 7292 §4), in hex. */
const pkcs12 = /^30(?:8[0-4](?:..){0,4}?)02010330(?:..){1,5}?06092a864886f70d01070[12]/;
/** What Java keeps its keys in: JKS, and JCEKS. */
const javaKeyStore = /^(?:feedfeed|cececece)0000000[12]/;

/** @returns what kind of key store the bytes begin, if they do; keys in it are encrypted. */
export function toKeyStore(bytes: Uint8Array): "PKCS#12" | "Java" | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 40));
  const hex = start.toString("hex");
  if (pkcs12.test(hex)) return "PKCS#12";
  return javaKeyStore.test(hex) ? "Java" : undefined;
}
