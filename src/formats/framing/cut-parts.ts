/** Bytes that can be read alone and give the very records that they give in the whole. */
export interface ManifestPart {
  readonly offset: number;
  readonly length: number;
  /** The number of the first record in it. */
  readonly firstRecord: number;
  readonly records: number;
}

export interface PartLimits {
  /** Records of a part; default 5,000. */
  readonly partRecords?: number;
  /** A part ends with the record that reaches so many bytes; default 16 MiB. */
  readonly partBytes?: number;
}

const mebibyte = 1024 * 1024;

/**
 * Gathers records into parts.
 *
 * @param skip bytes before the first record; all counts are of the file's first byte.
 */
export function createPartCutter(
  { partRecords = 5000, partBytes = 16 * mebibyte }: PartLimits,
  skip: number,
) {
  const parts: ManifestPart[] = [];
  let offset = skip;
  let firstRecord = 1;
  let next = 1;
  const close = (end: number) => {
    if (next === firstRecord) return;
    parts.push({ offset, length: end - offset, firstRecord, records: next - firstRecord });
    offset = end;
    firstRecord = next;
  };
  return {
    add: (start: number) => {
      const isFull = next - firstRecord >= partRecords || start - offset >= partBytes;
      if (isFull) close(start);
      next += 1;
    },
    finish: (end: number) => {
      close(end);
      return parts;
    },
    records: () => next - 1,
  };
}
