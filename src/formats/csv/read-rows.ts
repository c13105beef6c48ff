import { toReadableId } from "../fields/read-device-id.ts";
import { createFieldReader } from "../fields/read-device-record.ts";
import { foldName, resolveFields } from "../fields/resolve-fields.ts";
import { toFaultProblem } from "../framing/record-faults.ts";
import type {
  ManifestContext,
  ManifestOptions,
  ManifestProblem,
  ReadFrame,
} from "../manifest-format.ts";
import { splitRow } from "./split-row.ts";

/** Builds the reading of rows, by the names of their columns. */
export function createRowReader(
  { header: names = [], delimiter = ",", idDigits }: ManifestContext,
  options: ManifestOptions,
): ReadFrame {
  const resolved = resolveFields(names, options.mapping);
  const read = createFieldReader(options, idDigits);
  const width = names.length;
  const folded = names.map(foldName);

  function findProblem(
    values: readonly string[],
  ): Pick<ManifestProblem, "code" | "message"> | undefined {
    const excess =
      values.length > width && values.slice(width).some((value) => value.trim() !== "");
    if (excess || values.length <= (resolved.certificate ?? 0)) {
      const message = `There are ${toCount(values.length, "cell")} to ${toCount(width, "column")}.`;
      return { code: "CELL_COUNT_WRONG", message };
    }
    if (!isHeader(values)) return undefined;
    return { code: "HEADER_REPEATED", message: "The row has the names of the columns again." };
  }

  function isHeader(values: readonly string[]): boolean {
    const at = resolved.certificate ?? 0;
    // Certificates are told apart at a glance.
    if ((values[at]?.length ?? 0) > maxNameLength) return false;
    return folded.every((name, index) => foldName(values[index] ?? "") === name);
  }

  return ({ fault, bytes }, record) => {
    const faulty = toFaultProblem(fault, record);
    if (faulty) return [faulty];
    const values = splitRow(bytes, delimiter);
    const problem = findProblem(values);
    if (problem === undefined) {
      // Cells that are missing at the end are empty.
      const all = values.length < width ? names.map((_, index) => values[index] ?? "") : values;
      return [read({ names, values: all, resolved, kind: "column" }, record)];
    }
    const isNamed = problem.code !== "HEADER_REPEATED" && resolved.id !== undefined;
    const deviceId = isNamed
      ? toReadableId(names[resolved.id] ?? "", values[resolved.id] ?? "")
      : undefined;
    return [{ kind: "problem", record, ...problem, ...(deviceId !== undefined && { deviceId }) }];
  };
}

const maxNameLength = 128;

function toCount(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
