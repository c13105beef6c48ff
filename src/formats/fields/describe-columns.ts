import type { ColumnMapping } from "../manifest-format.ts";
import { isLeftOut } from "./read-attributes.ts";
import { resolveFields } from "./resolve-fields.ts";

/** What becomes of a column of a table, or of a member of JSON objects. */
export interface DescribedColumn {
  readonly name: string;
  readonly use: "cert" | "id" | "chain" | "attribute" | "left-out";
}

/** Tells what each column is read as, by its name or as a mapping says. */
export function describeColumns(
  names: readonly string[],
  mapping?: ColumnMapping,
): readonly DescribedColumn[] {
  const { certificate, id, chain } = resolveFields(names, mapping);
  return names.map((name, index) => {
    if (index === certificate) return { name, use: "cert" };
    if (index === id) return { name, use: "id" };
    if (index === chain) return { name, use: "chain" };
    return { name, use: isLeftOut(name) ? "left-out" : "attribute" };
  });
}
