/** What became of a manifest's rows: `rows` = `added` + `known` + `refused`, once all are done. */
export interface RowCounts {
  readonly rows: number;
  /** New in the ledger. */
  readonly added: number;
  /** In the ledger before as this manufacturer's, or earlier in the same manifest. */
  readonly known: number;
  readonly refused: number;
  readonly warnings: number;
}

export const noRows: RowCounts = { rows: 0, added: 0, known: 0, refused: 0, warnings: 0 };

export function addCounts(one: RowCounts, other: RowCounts): RowCounts {
  return {
    rows: one.rows + other.rows,
    added: one.added + other.added,
    known: one.known + other.known,
    refused: one.refused + other.refused,
    warnings: one.warnings + other.warnings,
  };
}
