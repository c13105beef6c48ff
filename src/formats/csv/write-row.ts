/** Quotes the cells that need it (RFC 4180 §2). */
export function writeRow(
  cells: readonly string[],
  { delimiter = ",", end = "\n" }: { readonly delimiter?: string; readonly end?: string } = {},
): string {
  const quoted = cells.map((cell) =>
    cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  );
  return quoted.join(delimiter) + end;
}
