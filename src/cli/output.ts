import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import picocolors from "picocolors";
import { toNarrowTable } from "./narrow-table.ts";
import { widthOf } from "./terminal-text.ts";

export const colors = picocolors.createColors(
  picocolors.isColorSupported && process.stdout.isTTY === true,
);

/** Prints what a command found: as JSON for programs, else as text. */
export function print(json: boolean, data: object, toText: () => string): void {
  console.log(json ? JSON.stringify(data, null, 2) : toText());
}

/** @returns how wide tables may be; no limit where nobody watches. */
export const columnsThere = () => process.stdout.columns ?? Number.POSITIVE_INFINITY;

/**
 * Lays rows out in columns without lines, which is easy to read and to cut. On a terminal that is too
 * narrow for it, each row is a few lines instead.
 */
export function toTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number = columnsThere(),
): string {
  const none = Object.fromEntries(borders.map((name) => [name, ""]));
  const table = new Table({
    head: head.map((text) => colors.bold(text)),
    chars: { ...none, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows.map((row) => [...row]));
  const lines = table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
  const fits = lines.every((line) => widthOf(stripVTControlCharacters(line)) <= columns);
  return fits ? lines.join("\n") : toNarrowTable(head.map(colors.dim), rows, columns);
}

const borders = [
  "top",
  "top-mid",
  "top-left",
  "top-right",
  "bottom",
  "bottom-mid",
  "bottom-left",
  "bottom-right",
  "left",
  "left-mid",
  "mid",
  "mid-mid",
  "right",
  "right-mid",
];

/** Lays out names and values, leaving out what there is not. */
export function toFields(fields: Readonly<Record<string, string | undefined>>): string {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...there.map(([name]) => name.length));
  return there.map(([name, value]) => `  ${colors.dim(name.padEnd(width))}  ${value}`).join("\n");
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
