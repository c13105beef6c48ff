import type { ColumnMapping } from "../formats/manifest-format.ts";
import { MusterError } from "../rules/errors.ts";

const mappable = ["cert", "id", "chain"];

/** Reads what `--map <column=field>` says, once or more. @throws MusterError USAGE_INVALID */
export function parseMapping(given: readonly string[]): ColumnMapping {
  const pairs = given.map((text): [field: string, column: string] => {
    const at = text.lastIndexOf("=");
    const field = text.slice(at + 1);
    if (at > 0 && mappable.includes(field)) return [field, text.slice(0, at)];
    throw new MusterError(
      "USAGE_INVALID",
      `"${text}" maps nothing. Give --map "<column>=cert", "<column>=id" or "<column>=chain".`,
    );
  });
  for (const at of [0, 1] as const) {
    const [twice] = pairs.map((pair) => pair[at]).filter((each, i, all) => all.indexOf(each) < i);
    if (twice !== undefined) {
      throw new MusterError(
        "USAGE_INVALID",
        `"${twice}" is mapped twice. Give each column, and each field, once.`,
      );
    }
  }
  return Object.fromEntries(pairs) as ColumnMapping;
}

/** For options that are given once or more. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
