/** Encodes one element of DER from the parts of its content (ITU-T X.690 §8.1, §10.1). */
export function encodeDer(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag, ...encodeLength(content.length)), content]);
}

/** The same of indefinite length, as BER allows (ITU-T X.690 §8.1.3.6). */
export function encodeIndefinite(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.of(tag, 0x80), ...parts, Buffer.of(0, 0)]);
}

function encodeLength(length: number): readonly number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  if (length < 0x1_0000) return [0x82, length >> 8, length & 0xff];
  if (length >= 0x100_0000)
    return [0x84, ...Buffer.from(length.toString(16).padStart(8, "0"), "hex")];
  return [0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return encodeDer(0x30, ...parts);
}

/** @param hex the content of an OBJECT IDENTIFIER. */
export function oid(hex: string): Buffer {
  return encodeDer(0x06, Buffer.from(hex, "hex"));
}

export function utf8(text: string): Buffer {
  return encodeDer(0x0c, Buffer.from(text));
}

export function printable(text: string): Buffer {
  return encodeDer(0x13, Buffer.from(text));
}

/** The characters alone, for a context-specific tag. */
export function ia5(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

/** @param bytes of a number that is not negative. */
export function integer(bytes: Uint8Array): Buffer {
  return encodeDer(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.of(0) : Buffer.of(), bytes);
}

/** @param unused bits at the end of the last byte. */
export function bitString(bytes: Uint8Array, unused = 0): Buffer {
  return encodeDer(0x03, Buffer.of(unused), bytes);
}

/**
 * UTCTime until 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5).
 *
 * @param always GeneralizedTime, as some vendors write a certificate's end, whenever that is.
 */
export function time(date: Date, always?: "generalized"): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  const isShort = date.getUTCFullYear() < 2050 && always === undefined;
  return encodeDer(isShort ? 0x17 : 0x18, Buffer.from(isShort ? digits.slice(2) : digits));
}
