import type { DescribedColumn } from "../../formats/fields/describe-columns.ts";
import { toPrintable } from "../terminal-text.ts";
import { wrapText } from "../wrap-text.ts";

const uses = [
  ["cert", "certificate", 'none: say which it is, as --map "<column>=cert"'],
  ["id", "id", "none: a profile takes the certificate's name"],
  ["chain", "chain", undefined],
  ["attribute", "attributes", undefined],
  ["left-out", "left out", undefined],
] as const;

const nameWidth = 15;

/** What each column of a table is read as, and what is missing, for people. */
export function toColumnLines(columns: readonly DescribedColumn[]): readonly string[] {
  return uses.flatMap(([use, title, missing]) => {
    const names = columns.filter((column) => column.use === use).map(({ name }) => toName(name));
    if (names.length === 0 && missing === undefined) return [];
    const [first = "", ...others] = wrapText(names.join(", ") || (missing ?? ""), nameWidth);
    return [`  ${title.padEnd(nameWidth - 2)}${first.slice(nameWidth)}`, ...others];
  });
}

const maxNameLength = 40;

function toName(name: string): string {
  if (name === "") return "(no name)";
  const short = name.length > maxNameLength ? `${name.slice(0, maxNameLength)}…` : name;
  return toPrintable(short);
}
