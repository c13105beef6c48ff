/** Where a page of names begins and how many it may have. */
export interface PageRequest {
  /** Cursor of the last row of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Where a page of certificates begins, in the order of their creation. */
export interface CertificatePageRequest {
  /** Position of the last row of the page before. */
  readonly after?: number | undefined;
  readonly limit: number;
  /** Oldest first. */
  readonly ascending: boolean;
}

/** Rows of one page and, unless it is the last, the cursor of its last row. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next?: string;
}

/** Cuts a page out of rows that were read with one more than the limit. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
): Page<Row> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return rows.length > limit && last !== undefined
    ? { rows: page, next: cursorOf(last) }
    : { rows: page };
}

/** Reads a page out of rows that ascend by `cursorOf`, and no further. */
export function pageOf<Row>(
  rows: Iterable<Row>,
  { after, limit }: PageRequest,
  cursorOf: (row: Row) => string,
): Page<Row> {
  const page: Row[] = [];
  for (const row of rows) {
    if (after !== undefined && cursorOf(row) <= after) continue;
    page.push(row);
    if (page.length > limit) break;
  }
  return cutPage(page, limit, cursorOf);
}
