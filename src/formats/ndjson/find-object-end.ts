const [quote, backslash, lineFeed] = [0x22, 0x5c, 0x0a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** What a byte outside of strings does to the depth, which is never 0 within an object. */
export function stepOf(byte: number | undefined): number {
  if (byte === openBrace || byte === openBracket) return 1;
  return byte === closeBrace || byte === closeBracket ? -1 : 0;
}

/** @returns the place after the closing brace, when it is before `to`. */
type FindObjectEnd = (window: Buffer, from: number, to: number) => number | undefined;

/**
 * Builds the search for the end of one object over any number of windows, for one that is too long to be
 * kept. A string that goes over a line has lost its end, and then nothing says where the object's is.
 */
export function createFindObjectEnd(): FindObjectEnd {
  let depth = 0;
  let isString = false;
  let isEscaped = false;
  let isLost = false;

  function readString(byte: number | undefined): void {
    if (isEscaped) isEscaped = false;
    else if (byte === backslash) isEscaped = true;
    else if (byte === quote) isString = false;
    else if (byte === lineFeed) isLost = true;
  }

  return (window, from, to) => {
    for (let at = from; at < to && !isLost; at += 1) {
      const byte = window[at];
      if (isString) {
        readString(byte);
      } else if (byte === quote) {
        isString = true;
      } else {
        depth += stepOf(byte);
        if (depth === 0) return at + 1;
      }
    }
    return undefined;
  };
}
