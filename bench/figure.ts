/** One measured figure, beside what it is to reach and the best that the same machine could do. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** As `≤ 6`, or `≥ 0.6 ×` of the limit; what DESIGN or the README promises. */
  readonly target?: string;
  /** The same work without Muster, in the same run. */
  readonly limit?: number;
  /** `value / limit`. */
  readonly ratio?: number;
}

/** What was measured with Muster, and without it. */
export interface Pair {
  readonly muster: number;
  readonly bare: number;
}

/** A figure that there is no limit for. */
export function toFigure(figure: string, unit: string, value: number, target?: string): Figure {
  return { figure, value: round(value), unit, ...(target !== undefined && { target }) };
}

/** Sets a figure beside its limit. */
export function compare(
  figure: string,
  unit: string,
  { muster, bare }: Pair,
  target?: string,
): Figure {
  return {
    figure,
    value: round(muster),
    unit,
    ...(target !== undefined && { target }),
    limit: round(bare),
    ratio: round(muster / bare),
  };
}

/** Targets are upper bounds, written as `≤ 6`, or lower ones: `≥ 2000`, and of the ratio `≥ 0.6 ×`. */
export function isMissed({ value, ratio, target }: Figure): boolean {
  if (target === undefined) return false;
  const bound = Number(target.replace(/[≤≥×]/g, ""));
  if (target.startsWith("≤")) return value > bound;
  return (target.endsWith("×") ? (ratio ?? 0) : value) < bound;
}

/** @returns of an even number of values the upper of the middle two. */
export function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
