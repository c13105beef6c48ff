/** Encodes one element of DER from its content, given whole or in parts. */
export function encodeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const content = Buffer.concat(parts);
  return new Uint8Array([tag, ...encodeLength(content.length), ...content]);
}

function encodeLength(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 + bytes.length, ...bytes];
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return encodeDer(0x30, ...parts);
}

export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

/** @param dotted as `2.5.4.3`. */
export function oid(dotted: string): Uint8Array<ArrayBuffer> {
  const [first = 0n, second = 0n, ...rest] = dotted.split(".").map(BigInt);
  return encodeDer(0x06, new Uint8Array([first * 40n + second, ...rest].flatMap(base128)));
}

function base128(arc: bigint): readonly number[] {
  const digits: number[] = [Number(arc % 128n)];
  for (let rest = arc / 128n; rest > 0n; rest /= 128n) digits.unshift(Number(rest % 128n) + 128);
  return digits;
}

export function text(value: string, tag = 0x0c): Uint8Array<ArrayBuffer> {
  return encodeDer(tag, Buffer.from(value, tag === 0x0c ? "utf8" : "latin1"));
}

/** A Name of attributes, each in a set of its own. */
export function name(...attributes: readonly (readonly [string, Uint8Array])[]) {
  return sequence(...attributes.map((each) => encodeDer(0x31, attribute(...each))));
}

export function attribute(type: string, value: Uint8Array) {
  return sequence(oid(type), value);
}

export function extension(id: string, value: Uint8Array, critical?: Uint8Array) {
  return sequence(oid(id), critical ?? new Uint8Array(), encodeDer(0x04, value));
}

export const critical = fromHex("0101ff");
const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));

/** The parts of a certificate, each whole DER; an empty one leaves the field out. */
export interface CertificateParts {
  readonly version: Uint8Array;
  readonly serial: Uint8Array;
  readonly innerAlgorithm: Uint8Array;
  readonly issuer: Uint8Array;
  readonly validity: Uint8Array;
  readonly subject: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly uniqueIds: Uint8Array;
  readonly extensions: readonly Uint8Array[] | undefined;
  readonly more: Uint8Array;
  readonly outerAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  readonly end: Uint8Array;
}

/** Encodes a certificate whose signature is no signature. */
export function encodeCertificate(deviations: Partial<CertificateParts> = {}) {
  const nothing = new Uint8Array();
  const parts: CertificateParts = {
    version: encodeDer(0xa0, fromHex("020102")),
    serial: fromHex("020101"),
    innerAlgorithm: ecdsaWithSha256,
    issuer: name(["2.5.4.3", text("Device CA")]),
    validity: sequence(text("200101000000Z", 0x17), text("491231235959Z", 0x17)),
    subject: name(["2.5.4.3", text("0123")]),
    publicKey: encodePublicKey(),
    uniqueIds: nothing,
    extensions: undefined,
    more: nothing,
    outerAlgorithm: deviations.innerAlgorithm ?? ecdsaWithSha256,
    signature: fromHex("030100"),
    end: nothing,
    ...deviations,
  };
  const extensions = parts.extensions && encodeDer(0xa3, sequence(...parts.extensions));
  const tbs = sequence(
    parts.version,
    parts.serial,
    parts.innerAlgorithm,
    parts.issuer,
    parts.validity,
    parts.subject,
    parts.publicKey,
    parts.uniqueIds,
    extensions ?? nothing,
    parts.more,
  );
  return sequence(tbs, parts.outerAlgorithm, parts.signature, parts.end);
}

/** A SubjectPublicKeyInfo; by default of P-256 with a point that is none. */
export function encodePublicKey(
  algorithm: Uint8Array = sequence(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")),
  key: Uint8Array = fromHex("04"),
) {
  return sequence(algorithm, encodeDer(0x03, fromHex("00"), key));
}
