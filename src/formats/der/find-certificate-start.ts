/** The version of a certificate, but for its number (RFC 5280 §4.1.2.1). */
const version = Buffer.of(0xa0, 0x03, 0x02, 0x01);
/** The bytes of two tags and lengths before it, the outer one's and the inner one's. */
const headers = [4, 3].flatMap((outer) => [4, 3, 2].map((inner) => [outer, inner] as const));
/** Up to the number of the version, at most. */
export const certificateStartBytes = 4 + 4 + version.length + 1;

/**
 * Finds where a certificate of version 2 or 3 begins among other bytes: in text and in padding that does
 * not come up by chance.
 */
export function findCertificateStart(window: Buffer, from: number): number | undefined {
  for (let at = window.indexOf(version, from); at >= 0; at = window.indexOf(version, at + 1)) {
    const number = window[at + version.length] ?? 0;
    const start = number === 1 || number === 2 ? findStart(window, from, at) : undefined;
    if (start !== undefined) return start;
  }
  return undefined;
}

/** @param at where the version is. */
function findStart(window: Buffer, from: number, at: number): number | undefined {
  return headers
    .filter(([, inner]) => isHeader(window, at - inner, inner))
    .map(([outer, inner]) => ({ start: at - inner - outer, outer }))
    .find(({ start, outer }) => start >= from && isHeader(window, start, outer))?.start;
}

/** Whether a SEQUENCE begins here, its tag and length being of so many bytes. */
function isHeader(window: Buffer, at: number, bytes: number): boolean {
  const first = window[at + 1] ?? 0;
  return window[at] === 0x30 && bytes === (first < 0x80 ? 2 : 2 + first - 0x80);
}
