import { expect, test } from "vitest";
import { compare, isMissed, medianOf } from "../../bench/figure.ts";

const medians: readonly (readonly [values: readonly number[], median: number])[] = [
  [[], Number.NaN],
  [[10, 9, 100], 10],
  [[1, 2, 3, 4], 3],
];

test.for(medians)("the median of %j is %d", ([values, median]) => {
  expect(medianOf(values)).toBe(median);
});

test("a figure stands beside its limit, rounded, and has a target only when given one", () => {
  const figure = { figure: "time", value: 2.35, unit: "ms", limit: 2, ratio: 1.17 };
  const pair = { muster: 2.346, bare: 2 };
  expect(compare("time", "ms", pair)).toEqual(figure);
  expect(compare("time", "ms", pair, "≤ 3")).toEqual({ ...figure, target: "≤ 3" });
});

test.for([
  [0.6, "≥ 0.6 ×", false],
  [0.59, "≥ 0.6 ×", true],
  [undefined, "≥ 0.6 ×", true],
] as const)("%d of the limit with the target %s: missed is %s", ([ratio, target, missed]) => {
  const figure = { figure: "rate", value: 100, unit: "a second", target };
  expect(isMissed(ratio === undefined ? figure : { ...figure, ratio })).toBe(missed);
});

test.for([
  [2_000, "≥ 2000", false],
  [1_999, "≥ 2000", true],
  [6, "≤ 6", false],
  [6.01, "≤ 6", true],
  [7, undefined, false],
] as const)("%d with the target %s: missed is %s", ([value, target, missed]) => {
  const figure = { figure: "calls", value, unit: "calls" };
  expect(isMissed(target === undefined ? figure : { ...figure, target })).toBe(missed);
});
