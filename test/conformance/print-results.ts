import Table from "cli-table3";
import pc from "picocolors";
import type { CaseResult } from "./run-cases.ts";

const isAny =
  (...outcomes: readonly CaseResult["outcome"][]) =>
  ({ outcome }: CaseResult) =>
    outcomes.includes(outcome);
const isPassed = isAny("passed", "news");
const isNotAble = isAny("not able", "deviates");

/** What people read: areas with counts, what differs, and the last line's sums. */
export function toText(results: readonly CaseResult[]): string {
  return [
    toAreas(results),
    ...section(
      "Failed",
      results.filter(isAny("failed")),
      ["case", "source", "expected", "seen"],
      (each) => [
        `${each.id}\n${each.title}`,
        `${each.source} [${each.confidence}]`,
        each.expected ?? "",
        each.seen ?? "",
      ],
    ),
    ...section(
      "Not able",
      results.filter(isAny("not able")),
      ["case", "why"],
      ({ id, reason = "" }) => [id, reason],
    ),
    ...section(
      "Known to differ",
      results.filter(isAny("deviates")),
      ["case", "what it does", "expected", "seen"],
      ({ id, reason = "", expected = "", seen = "" }) => [id, reason, expected, seen],
    ),
    ...section(
      "News: listed as differing, and passes now",
      results.filter(isAny("news")),
      ["case", "listed as"],
      ({ id, reason = "" }) => [id, reason],
    ),
    toSums(results),
  ].join("\n");
}

export function toSums(results: readonly CaseResult[]): string {
  const count = (is: (result: CaseResult) => boolean) => results.filter(is).length;
  return `${count(isPassed)} passed, ${count(isAny("failed"))} failed, ${count(isNotAble)} not able`;
}

function toAreas(results: readonly CaseResult[]): string {
  const areas = Map.groupBy(results, ({ area }) => area);
  const width = Math.max(...[...areas.keys()].map(({ length }) => length));
  return [...areas]
    .map(([area, own]) => {
      const isWhole = !own.some(isAny("failed"));
      return `${isWhole ? pc.green("✓") : pc.red("✗")} ${area.padEnd(width)}  ${toSums(own)}`;
    })
    .join("\n");
}

function section(
  title: string,
  results: readonly CaseResult[],
  head: readonly string[],
  toRow: (result: CaseResult) => readonly string[],
): readonly string[] {
  if (results.length === 0) return [];
  const columns = process.stdout.columns ?? 160;
  const width = Math.floor((columns - head.length - 1) / head.length);
  const table = new Table({
    head: [...head],
    wordWrap: true,
    wrapOnWordBoundary: false,
    colWidths: head.map(() => width),
    style: { head: [], border: [] },
  });
  table.push(...results.map((result) => [...toRow(result)]));
  return ["", pc.bold(title), table.toString()];
}
