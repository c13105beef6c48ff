import { stripVTControlCharacters } from "node:util";
import { widthOf } from "./terminal-text.ts";

/**
 * Lays out a table that is too wide for a terminal: each row begins with its first cell, and the others
 * follow with their names, as many to a line as there is room for. Cells stay whole, so that an id can
 * be copied; empty ones are left out.
 */
export function toNarrowTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): string {
  return rows
    .map(([first = "", ...rest]) => {
      const fields = rest.flatMap((cell, index) =>
        cell === "" ? [] : [`${head[index + 1] ?? ""} ${cell}`.trim()],
      );
      return [first, ...fill(fields, columns)].join("\n");
    })
    .join("\n");
}

function fill(fields: readonly string[], columns: number): readonly string[] {
  const lines: string[] = [];
  for (const field of fields) {
    const line = `${lines.at(-1)}  ${field}`;
    const fits = lines.length > 0 && widthOf(stripVTControlCharacters(line)) <= columns;
    if (fits) lines[lines.length - 1] = line;
    else lines.push(`  ${field}`);
  }
  return lines;
}
