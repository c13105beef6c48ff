import { MusterError } from "../errors.ts";

/** Tags of ITU-T X.680 that certificates use. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element of DER. `where` names it for people. */
export class DerElement {
  readonly tag: number;
  readonly where: string;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #contentStart: number;
  readonly #end: number;

  constructor(
    bytes: Uint8Array,
    where: string,
    [start, contentStart, end]: readonly [number, number, number],
  ) {
    this.tag = bytes[start] ?? 0;
    this.where = where;
    this.#bytes = bytes;
    this.#start = start;
    this.#contentStart = contentStart;
    this.#end = end;
  }

  /** Tag, length and content. */
  get der(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  get content(): Uint8Array {
    return this.#bytes.subarray(this.#contentStart, this.#end);
  }

  /** Reads what is inside. */
  children(): DerReader {
    return new DerReader(this.#bytes, this.where, this.#contentStart, this.#end);
  }
}

/**
 * Reads elements one after another: definite and shortest lengths only, never beyond the end.
 *
 * Nesting is as deep as the caller asks for, so hostile input cannot make it recurse.
 *
 * @see ITU-T X.690 §8.1 and §10.1
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #where: string;
  readonly #end: number;
  #position: number;

  constructor(bytes: Uint8Array, where: string, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#where = where;
    this.#position = start;
    this.#end = end;
  }

  get done(): boolean {
    return this.#position === this.#end;
  }

  /** @throws MusterError CERTIFICATE_UNREADABLE when the next element is not of this tag. */
  read(tag: number, where: string): DerElement {
    const element = this.next(where);
    if (element.tag !== tag) throw unreadable(where, `tag ${hexByte(element.tag)} is not allowed`);
    return element;
  }

  /** @returns undefined, having read nothing, when the next element is not of this tag. */
  readOptional(tag: number, where: string): DerElement | undefined {
    return !this.done && this.#bytes[this.#position] === tag ? this.next(where) : undefined;
  }

  next(where: string): DerElement {
    const start = this.#position;
    const tag = this.#byte(start, where);
    if ((tag & 0x1f) === 0x1f) throw unreadable(where, "a tag of several bytes is not allowed");
    const first = this.#byte(start + 1, where);
    let contentStart = start + 2;
    let length = first;
    if (first >= 0x80) {
      contentStart += first & 0x7f;
      length = this.#longLength(start + 2, contentStart, where);
    }
    const end = contentStart + length;
    if (end > this.#end) throw unreadable(where, "it ends before its content does");
    this.#position = end;
    return new DerElement(this.#bytes, where, [start, contentStart, end]);
  }

  /** @throws MusterError CERTIFICATE_UNREADABLE when anything is left. */
  finish(): void {
    if (!this.done) {
      throw unreadable(this.#where, `${this.#end - this.#position} bytes too many`);
    }
  }

  #longLength(from: number, to: number, where: string): number {
    if (to === from) throw unreadable(where, "an indefinite length is not allowed");
    if (to - from > 3) throw unreadable(where, "it is too long");
    let length = 0;
    for (let at = from; at < to; at += 1) length = length * 256 + this.#byte(at, where);
    const shortest = length < 0x80 ? 0 : Math.ceil(Math.log2(length + 1) / 8);
    if (to - from !== shortest) throw unreadable(where, "its length is not in the shortest form");
    return length;
  }

  #byte(at: number, where: string): number {
    const byte = at < this.#end ? this.#bytes[at] : undefined;
    if (byte === undefined) throw unreadable(where, "it is cut off");
    return byte;
  }
}

/** Three times what the longest in use has, one made of a UUID. */
const maxOidBytes = 64;

/** The identifiers that were read, byte by byte: a few dozen are in use, twelve in a certificate. */
interface KnownOid {
  oid?: string;
  readonly next: (KnownOid | undefined)[];
}

let knownOids: KnownOid = { next: [] };
let knownBytes = 0;
/** Hostile certificates only make it forget. */
const maxKnownBytes = 10_000;

/** `1.2.840.10045.2.1` and the like. */
export function toOid(element: DerElement): string {
  const { content } = element;
  if (content.length > maxOidBytes) throw unreadable(element.where, "the identifier is too long");
  let known = knownOids;
  for (const byte of content) {
    known.next[byte] ??= addKnown();
    known = known.next[byte];
  }
  known.oid ??= decodeOid(element);
  if (knownBytes > maxKnownBytes) {
    knownOids = { next: [] };
    knownBytes = 0;
  }
  return known.oid;
}

function addKnown(): KnownOid {
  knownBytes += 1;
  return { next: [] };
}

function decodeOid({ content, where }: DerElement): string {
  const arcs: string[] = [];
  let arc = 0n;
  let arcStarts = true;
  for (const byte of content) {
    if (arcStarts && byte === 0x80) throw unreadable(where, "the identifier is not well formed");
    arc = arc * 128n + BigInt(byte & 0x7f);
    arcStarts = byte < 0x80;
    if (arcStarts) {
      arcs.push(...(arcs.length === 0 ? firstArcs(arc) : [arc.toString()]));
      arc = 0n;
    }
  }
  if (!arcStarts || arcs.length === 0) throw unreadable(where, "the identifier is not well formed");
  return arcs.join(".");
}

/** The first two arcs share one number (ITU-T X.690 §8.19.4). */
function firstArcs(arc: bigint): readonly string[] {
  if (arc < 40n) return ["0", arc.toString()];
  if (arc < 80n) return ["1", (arc - 40n).toString()];
  return ["2", (arc - 80n).toString()];
}

/** @returns the content bytes of an INTEGER, two's complement, in the shortest form. */
export function toIntegerBytes({ content, where }: DerElement): Uint8Array {
  const [first, second = 0] = content;
  if (first === undefined) throw unreadable(where, "the number is empty");
  const padded = (first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80);
  if (content.length > 1 && padded) {
    throw unreadable(where, "the number is not in the shortest form");
  }
  return content;
}

/** @throws MusterError CERTIFICATE_UNREADABLE unless it is from 0 to 2³¹ - 1. */
export function toSmallInteger(element: DerElement): number {
  const bytes = toIntegerBytes(element);
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  if (bytes.length > 4 || (bytes[0] ?? 0) >= 0x80) {
    throw unreadable(element.where, "the number is out of range");
  }
  return value;
}

/** FALSE may be written out, though it is the default: some issuers do. */
export function toBoolean({ content, where }: DerElement): boolean {
  const [value] = content;
  if (content.length !== 1 || (value !== 0x00 && value !== 0xff)) {
    throw unreadable(where, "the boolean is neither 00 nor FF");
  }
  return value === 0xff;
}

/** @returns the bits, most significant first, whole bytes; the unused ones are zero. */
export function toBitString({ content, where }: DerElement): Uint8Array {
  const [unused = 8] = content;
  const last = content.at(-1) ?? 0;
  // Of no bits, `last` is the count of unused ones itself, which then has to be 0.
  if (unused > 7 || last % 2 ** unused !== 0)
    throw unreadable(where, "the bit string is not well formed");
  return content.subarray(1);
}

export function unreadable(where: string, problem: string, cause?: unknown): MusterError {
  return new MusterError(
    "CERTIFICATE_UNREADABLE",
    `The certificate cannot be read: ${where}: ${problem}.`,
    { details: { where, problem }, cause },
  );
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, "0");
}
