const dash = 0x2d;
const begin = "-----BEGIN ";
const end = "-----END ";
const dashes = "-----";
/** Of a label, at most. */
const labelLength = 40;
/** Of a certificate of the size that is read, in PEM, with room to spare. */
const maxLength = 32 * 1024;

/**
 * Passes over the PEM that a cell without quotes begins with: its lines belong to the cell, as whoever
 * forgot the quotes meant it. A block that does not end before another begins is none.
 *
 * @param limit where the record has to end.
 * @returns where the rest of the cell begins, which is `from` where there is no PEM; undefined when
 *   the window is too short to tell.
 */
export function passPem(
  window: Buffer,
  from: number,
  { limit, atEnd }: { readonly limit: number; readonly atEnd: boolean },
): number | undefined {
  if (window[from] !== dash || !startsWith(window, begin, from)) return from;
  const most = Math.min(limit, from + maxLength);
  const mayGoOn = !atEnd && most === window.length;
  const block = window.subarray(from, most);
  // First of all, so that many that never end take no more time than one.
  const another = block.indexOf(begin, begin.length);
  const own = another < 0 ? block : block.subarray(0, another);
  const at = own.indexOf(end, begin.length);
  const last = at < 0 ? -1 : own.indexOf(dashes, at + end.length);
  if (last >= 0) return last - at > labelLength ? from : from + last + dashes.length;
  return another < 0 && mayGoOn ? undefined : from;
}

function startsWith(window: Buffer, text: string, at: number): boolean {
  return window.toString("latin1", at, at + text.length) === text;
}
