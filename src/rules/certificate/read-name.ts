import { type DerElement, DerReader, tags, toOid, unreadable } from "./der.ts";
import { rememberByBytes } from "./remember-by-bytes.ts";

/** A subject or issuer. */
export interface Name {
  /** In the encoded order, escaped after RFC 4514 §2.4. */
  readonly text: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** Short names of RFC 4514 §3, RFC 5280 §4.1.2.4 and the CA/Browser Forum. */
const shortNames: Readonly<Record<string, string>> = {
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.2.840.113549.1.9.1": "emailAddress",
  "2.5.4.3": "CN",
  "2.5.4.4": "SN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "street",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.12": "title",
  "2.5.4.17": "postalCode",
  "2.5.4.41": "name",
  "2.5.4.42": "GN",
  "2.5.4.43": "initials",
  "2.5.4.44": "generationQualifier",
  "2.5.4.46": "dnQualifier",
  "2.5.4.65": "pseudonym",
  "2.5.4.97": "organizationIdentifier",
};

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf16 = new TextDecoder("utf-16le", { fatal: true, ignoreBOM: true });

/** @returns whether this is how an attribute is named here: a dotted OID only without a short name. */
export function isAttributeName(name: string): boolean {
  if (Object.hasOwn(shortNames, name)) return false;
  return Object.values(shortNames).includes(name) || /^[0-2](?:\.(?:0|[1-9]\d*))+$/.test(name);
}

/** Reads a Name (RFC 5280 §4.1.2.4). */
export function readName(element: DerElement): Name {
  const { where } = element;
  const attributes: Record<string, string[]> = {};
  const rdns: string[] = [];
  const sequence = element.children();
  while (!sequence.done) {
    const rdn = sequence.read(tags.set, where);
    const isShared = where === "subject" && !isCommonName(rdn.der);
    const { text, pairs } = isShared ? readSubjectRdn(rdn.der) : readRdn(rdn);
    for (const [name, value] of pairs) {
      attributes[name] ??= [];
      attributes[name].push(value);
    }
    rdns.push(text);
  }
  return { text: rdns.join(", "), attributes };
}

/** What one step of a name says. */
interface Rdn {
  readonly text: string;
  readonly pairs: readonly (readonly [name: string, value: string])[];
}

function readRdn(element: DerElement): Rdn {
  const { where } = element;
  const set = element.children();
  const pairs: (readonly [name: string, value: string])[] = [];
  do {
    const pair = set.read(tags.sequence, where).children();
    const oid = toOid(pair.read(tags.oid, where));
    const value = toText(pair.next(where));
    pair.finish();
    pairs.push([shortNames[oid] ?? oid, value]);
  } while (!set.done);
  return { text: pairs.map(([name, value]) => `${name}=${escapeValue(value)}`).join("+"), pairs };
}

/** All devices of one maker have one organization. */
const readSubjectRdn = rememberByBytes(
  (der) => readRdn(new DerReader(der, "subject").read(tags.set, "subject")),
  { entries: 256, bytes: 256 },
);

/**
 * Whether it is of a common name, 2.5.4.3, alone, which is each device's own: behind the tags and lengths
 * of SET, SEQUENCE and the identifier.
 */
function isCommonName(der: Uint8Array): boolean {
  return der[6] === 0x55 && der[7] === 0x04 && der[8] === 0x03;
}

function toText({ tag, der, content, where }: DerElement): string {
  switch (tag) {
    case 0x0c: // UTF8String
      return isAscii(content) ? buffer(content).toString("latin1") : decode(utf8, content, where);
    case 0x12: // NumericString
    case 0x13: // PrintableString
    case 0x16: // IA5String
    case 0x1a: // VisibleString
      return toAscii(content, where);
    case 0x14: // T61String, read as ISO 8859-1 as everyone does
      return buffer(content).toString("latin1");
    case 0x1c: // UniversalString
      return fromUtf32(content, where);
    case 0x1e: // BMPString
      if (content.length % 2 === 1) throw unreadable(where, "the text is not well formed");
      return decode(utf16, Buffer.from(content).swap16(), where);
    default: // RFC 4514 §2.4
      return `#${buffer(der).toString("hex")}`;
  }
}

function toAscii(content: Uint8Array, where: string): string {
  const text = buffer(content).toString("latin1");
  if (!isAscii(content)) throw unreadable(where, "the text is not ASCII");
  return text;
}

function isAscii(content: Uint8Array): boolean {
  for (const byte of content) if (byte >= 0x80) return false;
  return true;
}

function fromUtf32(content: Uint8Array, where: string): string {
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  let text = "";
  try {
    for (let at = 0; at < content.length; at += 4) text += String.fromCodePoint(view.getUint32(at));
  } catch (cause) {
    if (cause instanceof RangeError) throw unreadable(where, "the text is not well formed");
    throw cause;
  }
  if (!text.isWellFormed()) throw unreadable(where, "the text is not well formed");
  return text;
}

function decode(decoder: typeof utf8, bytes: Uint8Array, where: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) throw unreadable(where, "the text is not well formed");
    throw cause;
  }
}

/** Control characters too, so that a name cannot steer a terminal or forge a line of a log. */
function escapeValue(value: string): string {
  if (/^\w[\w .:-]*$/.test(value) && !value.endsWith(" ")) return value;
  return value
    .replaceAll(/[\\,+"<>;=]|^[# ]| $/g, (character) => `\\${character}`)
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
      [...Buffer.from(character)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join(""),
    );
}

function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
