import Table from "cli-table3";
import picocolors from "picocolors";

export const colors = picocolors.createColors(
  picocolors.isColorSupported && process.stdout.isTTY === true,
);

/** Prints what a command found: as JSON for programs, else as text. */
export function print(json: boolean, data: object, toText: () => string): void {
  console.log(json ? JSON.stringify(data, null, 2) : toText());
}

/** Lays rows out in columns without lines, which is easy to read and to cut. */
export function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const none = Object.fromEntries(borders.map((name) => [name, ""]));
  const table = new Table({
    head: head.map((text) => colors.bold(text)),
    chars: { ...none, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
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
