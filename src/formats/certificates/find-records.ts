/** One place in a text where a certificate should be. */
export type FoundRecord = { readonly record: number } & (
  | { readonly der: Uint8Array; readonly mayTrail: boolean }
  | { readonly problem: string }
);

const begin = /-----BEGIN ?((?:TRUSTED ?|X509 ?)?CERTIFICATE)-----/g;

/**
 * Finds certificates in a text: PEM blocks with anything around them; else base64 or hex of DER, or
 * base64 of PEM, one per line or one over all lines.
 *
 * @param onText called with each text that was decoded on the way, before it is looked into.
 */
export function findRecords(text: string, onText: (text: string) => void): readonly FoundRecord[] {
  const blocks = findPemBlocks(text);
  if (blocks.length > 0) return blocks.map((block, index) => ({ ...block, record: index + 1 }));
  const lines = text.split(/[\r\n]+|\\r|\\n/).filter((line) => line.trim() !== "");
  const decoded = lines.map(decode);
  const records = decoded.some(isWhole) ? decoded : [decode(lines.join(""))].filter(isPresent);
  return records.flatMap((found, index) => toRecords(found, index + 1, onText));
}

export type Block =
  | { readonly der: Uint8Array; readonly mayTrail: boolean }
  | { readonly problem: string };

/** Finds the PEM blocks of certificates, whatever is around them. */
export function findPemBlocks(text: string): readonly Block[] {
  const starts = [...text.matchAll(begin)];
  return starts.map((start, index): Block => {
    const rest = text.slice(start.index + start[0].length, starts[index + 1]?.index);
    const end = rest.indexOf("-----END");
    if (end < 0) return { problem: "The PEM block has no end." };
    const der = decodeBody(rest.slice(0, end));
    if (der === undefined) return { problem: "The PEM block does not hold base64." };
    // OpenSSL's trust settings follow the certificate.
    return { der, mayTrail: start[1]?.startsWith("TRUSTED") ?? false };
  });
}

/** Decodes what is between the BEGIN and the END of a PEM block. */
export function decodeBody(body: string): Uint8Array | undefined {
  const compact = body.replaceAll(/\\+[nrt]|\s/g, "");
  // In front a hyphen is one too many, not a digit of base64url.
  const der = compact.startsWith("-") ? undefined : fromBase64(compact);
  return der ?? fromBase64(mend(body));
}

/**
 * Takes out of a body what programs put there: headers (RFC 1421 §4.4), `=3D` of quoted-printable, the
 * quotes and commas of source code, `>` of quoted mail, what cannot be seen, and hyphens beyond the five.
 */
function mend(body: string): string {
  return body
    .replaceAll(/\\+[nr]/g, "\n")
    .replaceAll(/^[ \t>]*[A-Za-z][\w-]{0,60}:.*$/gm, "")
    .replaceAll("=3D", "=")
    .replaceAll(/\\+t|["'>,;\\]|[^\x21-\x7e]/g, "")
    .replaceAll(/^-+|-+$/g, "");
}

/** What one line, or all of them joined, stands for. */
export type Decoded = { readonly der: Uint8Array } | { readonly pem: string } | undefined;

/**
 * Reads hex or base64 of DER, or base64 of PEM; hex with colons, hyphens or as an array of C, either in
 * quotes or with a comma after it.
 */
export function decode(line: string): Decoded {
  const compact = line
    .replaceAll(/\s/g, "")
    .replace(/^["']/, "")
    .replace(/["',;]+$/, "");
  const hex = toHex(compact);
  if (/^30(?:[0-9a-f]{2})+$/i.test(hex)) return { der: new Uint8Array(Buffer.from(hex, "hex")) };
  const bytes = fromBase64(compact);
  if (bytes?.[0] === 0x30) return { der: bytes };
  const text = bytes && Buffer.from(bytes).toString("latin1");
  return text?.includes("-----BEGIN ") ? { pem: text } : undefined;
}

function toHex(compact: string): string {
  // As `xxd -i` writes, with the name and the length of the array around it.
  if (compact.includes(",0x")) {
    return (compact.match(/0x[0-9a-f]{2}(?=[,}]|$)/gi) ?? []).join("").replaceAll(/0x/gi, "");
  }
  return compact.replace(/^0x/i, "").replaceAll(/[:-]/g, "");
}

/** Whether a line ends where what it holds does: then each line is a record of its own. */
export function isWhole(decoded: Decoded): boolean {
  if (decoded === undefined) return false;
  if ("pem" in decoded) {
    return decoded.pem.indexOf("-----END", decoded.pem.indexOf("-----BEGIN ")) >= 0;
  }
  const { der } = decoded;
  const lengthBytes = (der[1] ?? 0) & 0x7f;
  const length = der.subarray(2, 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  // Shorter ones are written otherwise: what a line of a longer certificate begins with by chance.
  return (der[1] ?? 0) > 0x80 && length >= 0x80 && 2 + lengthBytes + length <= der.length;
}

function isPresent(decoded: Decoded): boolean {
  return decoded !== undefined;
}

function toRecords(
  found: Decoded,
  record: number,
  onText: (text: string) => void,
): readonly FoundRecord[] {
  if (found === undefined) {
    return [{ record, problem: "The line is neither base64 nor hex of a certificate." }];
  }
  if ("der" in found) return [{ record, der: found.der, mayTrail: false }];
  onText(found.pem);
  const blocks = findPemBlocks(found.pem);
  if (blocks.length === 0) return [{ record, problem: "The line decodes to PEM of another kind." }];
  return blocks.map((block) => ({ ...block, record }));
}

/** Standard or URL-safe, padded or not. */
function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[\w+/-]+={0,2}$/.test(text)) return undefined;
  const padding = text.indexOf("=", text.length - 2);
  const digits = padding < 0 ? text.length : padding;
  return digits % 4 === 1 ? undefined : Buffer.from(text, "base64");
}
