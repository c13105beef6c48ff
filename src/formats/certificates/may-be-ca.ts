/** The id of basic constraints, 2.5.29.19, in DER (RFC 5280 §4.2.1.9). */
const basicConstraints = Buffer.of(0x06, 0x03, 0x55, 0x1d, 0x13);
const isTrue = Buffer.of(0x01, 0x01);

/**
 * Whether a certificate could be a CA's, for a look at very many: `false` is certain, `true` is to be
 * checked by reading it.
 */
export function mayBeCa(der: Buffer): boolean {
  for (
    let at = der.indexOf(basicConstraints);
    at >= 0;
    at = der.indexOf(basicConstraints, at + 1)
  ) {
    const value = der.subarray(at + basicConstraints.length, at + basicConstraints.length + 12);
    // `critical` may come first, then OCTET STRING, SEQUENCE and the flag.
    const octets = value[0] === 0x01 ? 3 : 0;
    if (value.indexOf(isTrue, octets) >= 0) return true;
  }
  return false;
}
