import { type DerElement, DerReader, tags, unreadable } from "./der.ts";
import { rememberByBytes } from "./remember-by-bytes.ts";

const utcTime = 0x17;
const generalizedTime = 0x18;
/** One more than a time has. */
const maxLength = 16;

/** Reads the Validity of a certificate. */
export function readValidity({ der }: DerElement): {
  readonly notBefore: Date;
  readonly notAfter: Date;
} {
  const { notBefore, notAfter } = readTimes(der);
  return { notBefore: new Date(notBefore), notAfter: new Date(notAfter) };
}

/** In ms since 1970; those of a lot are made in one hour. */
const readTimes = rememberByBytes(
  (der) => {
    const times = new DerReader(der, "validity").read(tags.sequence, "validity").children();
    const notBefore = toTime(times.next("notBefore")).getTime();
    const notAfter = toTime(times.next("notAfter")).getTime();
    times.finish();
    return { notBefore, notAfter };
  },
  { entries: 1024, bytes: 64 },
);

/**
 * Reads a time. It has seconds, ends in Z and has no fraction; two digits of a year are 1950 to 2049.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5
 */
function toTime({ tag, content, where }: DerElement): Date {
  const length = Math.min(content.length, maxLength);
  const text = Buffer.from(content.buffer, content.byteOffset, length).toString("latin1");
  const digits = tag === utcTime ? `${text < "5" ? "20" : "19"}${text}` : text;
  if ((tag !== utcTime && tag !== generalizedTime) || !/^\d{14}Z$/.test(digits)) {
    throw unreadable(where, "the time is not well formed");
  }
  const at = (from: number) => Number(digits.slice(from, from + 2));
  const [month, day, hour, minute, second] = [at(4), at(6), at(8), at(10), at(12)];
  const time = new Date(0);
  // Unlike Date.UTC it takes the years before 100 as they are.
  time.setUTCFullYear(Number(digits.slice(0, 4)), month - 1, day);
  time.setUTCHours(hour, minute, second);
  // Neither 30 February nor 24:00:00, which Date carries over.
  const isCarried = time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day;
  if (isCarried || hour > 23 || minute > 59 || second > 59) {
    throw unreadable(where, "there is no such time");
  }
  return time;
}
