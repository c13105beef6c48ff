import type { RowList } from "../api/batch-api.ts";
import { colors, columnsThere, toTable } from "../output.ts";
import { toPrintable, widthOf, wrapWhole } from "../terminal-text.ts";
import type { Refusal } from "./read-refusals.ts";

/** Rows with what is wrong with them. Their text is of the file, so that it is made harmless. */
export function toRowsTable(rows: RowList["rows"], columns: number = columnsThere()): string {
  const warned = rows.some(({ severity }) => severity === "warning");
  return toTextTable(
    ["Record", ...(warned ? ["Kind"] : []), "Device", "Code", "Why"],
    rows.map(({ record, entry, severity, deviceId, certificateId, code, message }) => ({
      cells: [
        String(record),
        ...(warned ? [severity] : []),
        toPrintable(deviceId ?? certificateId?.slice(0, 12) ?? ""),
        code,
      ],
      codeAt: warned ? 3 : 2,
      paint: severity === "refused" ? colors.red : colors.yellow,
      text: entry === undefined ? message : `${entry}: ${message}`,
    })),
    columns,
  );
}

/** Why rows were refused, a line for each code. */
export function toRefusalsTable(
  refusals: readonly Refusal[],
  columns: number = columnsThere(),
): string {
  return toTextTable(
    ["Code", "Rows", "First", "Why"],
    refusals.map(({ code, rows, firstRecord, message }) => ({
      cells: [code, rows.toLocaleString("en"), String(firstRecord)],
      codeAt: 0,
      paint: colors.red,
      text: message,
    })),
    columns,
  );
}

interface TextRow {
  readonly cells: readonly string[];
  /** Which of them is the code. */
  readonly codeAt: number;
  readonly paint: (code: string) => string;
  readonly text: string;
}

const gap = 2;
const minTextWidth = 30;

/** The text comes last, and keeps to the columns that are left. */
function toTextTable(head: readonly string[], rows: readonly TextRow[], columns: number): string {
  const used = head
    .slice(0, -1)
    .map((name, index) =>
      Math.max(widthOf(name), ...rows.map(({ cells }) => widthOf(cells[index] ?? ""))),
    )
    .reduce((sum, width) => sum + width + gap, 0);
  const width = Math.max(minTextWidth, columns - used);
  return toTable(
    head,
    rows.map(({ cells, codeAt, paint, text }) => [
      ...cells.with(codeAt, paint(cells[codeAt] ?? "")),
      toLines(toPrintable(text), width),
    ]),
    Number.POSITIVE_INFINITY,
  );
}

function toLines(text: string, width: number): string {
  return width === Number.POSITIVE_INFINITY ? text : wrapWhole(text, width).join("\n");
}
