import type { ColumnMapping } from "../../formats/manifest-format.ts";
import { MusterError } from "../../rules/errors.ts";

const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
const maxColumnLength = 200;
const fields = ["cert", "id", "chain"] as const;

/**
 * Sees to it that a mapping can be saved: it names at least one column, each for one thing.
 *
 * @returns what it says, and nothing else.
 * @throws MusterError MAPPING_INVALID
 */
export function checkMapping(name: string, mapping: ColumnMapping): ColumnMapping {
  if (!namePattern.test(name)) {
    throw invalid("name", "A mapping's name has 1 to 63 lower-case letters, digits and hyphens.");
  }
  const told = fields.flatMap((field) => {
    const column = mapping[field];
    return column === undefined ? [] : [[field, column] as const];
  });
  if (told.length === 0) throw invalid("cert", "The mapping says nothing: name a column.");
  for (const [field, column] of told) {
    const isName =
      column.trim() !== "" && column.length <= maxColumnLength && !/\p{Cc}/u.test(column);
    if (!isName) throw invalid(field, `The column of ${field} has 1 to 200 visible characters.`);
  }
  const [twice] = told.filter(([, column], at) =>
    told.slice(0, at).some(([, each]) => each === column),
  );
  if (twice) throw invalid(twice[0], `The column "${twice[1]}" is named twice.`);
  return Object.fromEntries(told);
}

function invalid(field: string, message: string): MusterError {
  return new MusterError("MAPPING_INVALID", message, { details: { field } });
}
