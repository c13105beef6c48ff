/** 1.2.840.113549.1.7.2 as an element of DER (RFC 5652 §5.1). */
export const signedData = Buffer.from("06092a864886f70d010702", "hex");

const indefinite = 0x80;
const maxDepth = 8;

/**
 * Finds where the certificates of a PKCS#7 begin, without reading what comes before them. Lengths may be
 * indefinite, as some tools write them.
 *
 * @returns undefined when it is no PKCS#7, or has no certificates.
 * @see https://www.rfc-editor.org/rfc/rfc5652#section-5.1
 */
export function findCertificates(bytes: Buffer): number | undefined {
  const contentInfo = enter(bytes, 0, 0x30);
  if (contentInfo === undefined) return undefined;
  const content = contentInfo + signedData.length;
  if (!bytes.subarray(contentInfo, content).equals(signedData)) return undefined;
  const explicit = enter(bytes, content, 0xa0);
  let at = explicit === undefined ? undefined : enter(bytes, explicit, 0x30);
  // The version, the digest algorithms, and what is signed: in those of certificates nothing.
  for (const tag of [0x02, 0x31, 0x30]) {
    if (at === undefined || bytes[at] !== tag) return undefined;
    at = skip(bytes, at, 0);
  }
  return at === undefined ? undefined : enter(bytes, at, 0xa0);
}

interface Header {
  readonly start: number;
  /** Undefined for an indefinite one. */
  readonly length?: number;
}

function readHeader(bytes: Buffer, at: number): Header | undefined {
  const first = bytes[at + 1];
  if (first === undefined) return undefined;
  if (first === indefinite) return { start: at + 2 };
  if (first < indefinite) return { start: at + 2, length: first };
  const count = first - indefinite;
  const start = at + 2 + count;
  if (count > 4 || start > bytes.length) return undefined;
  return { start, length: bytes.readUIntBE(at + 2, count) };
}

/** @returns where the content of an element begins. */
function enter(bytes: Buffer, at: number, tag: number): number | undefined {
  return bytes[at] === tag ? readHeader(bytes, at)?.start : undefined;
}

/** @returns where the element after this one begins. */
function skip(bytes: Buffer, at: number, depth: number): number | undefined {
  const header = readHeader(bytes, at);
  if (header === undefined || depth > maxDepth) return undefined;
  if (header.length !== undefined) return header.start + header.length;
  let inner: number | undefined = header.start;
  while (inner !== undefined && bytes[inner] !== 0x00) inner = skip(bytes, inner, depth + 1);
  // The end is two zeros.
  return inner === undefined ? undefined : inner + 2;
}
