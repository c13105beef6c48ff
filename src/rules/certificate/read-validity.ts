import { type DerElement, unreadable } from "./der.ts";

const utcTime = 0x17;
const generalizedTime = 0x18;

/** Reads the Validity of a certificate. */
export function readValidity(element: DerElement): {
  readonly notBefore: Date;
  readonly notAfter: Date;
} {
  const times = element.children();
  const notBefore = toTime(times.next("notBefore"));
  const notAfter = toTime(times.next("notAfter"));
  times.finish();
  return { notBefore, notAfter };
}

/**
 * Reads a time. It has seconds, ends in Z and has no fraction; two digits of a year are 1950 to 2049.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5
 */
function toTime({ tag, content, where }: DerElement): Date {
  const text = String.fromCharCode(...content.subarray(0, 16));
  const digits = tag === utcTime ? `${text < "5" ? "20" : "19"}${text}` : text;
  if ((tag !== utcTime && tag !== generalizedTime) || !/^\d{14}Z$/.test(digits)) {
    throw unreadable(where, "the time is not well formed");
  }
  const iso = `${digits.replace(/(....)(..)(..)(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6")}.000Z`;
  const time = new Date(iso);
  // Neither 30 February nor 24:00:00, which Date would carry over.
  if (Number.isNaN(time.getTime()) || time.toISOString() !== iso) {
    throw unreadable(where, "there is no such time");
  }
  return time;
}
