/** One measured figure, beside what it is to reach and the best that the same machine could do. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** As `≤ 6`; what DESIGN or the README promises. */
  readonly target?: string;
  /** The same work without Muster, in the same run. */
  readonly limit?: number;
  /** `value / limit`. */
  readonly ratio?: number;
}
