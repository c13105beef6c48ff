import type { ManifestProblem } from "../manifest-format.ts";
import type { Fault } from "./cut-records.ts";

const problems: Readonly<Record<Fault, Pick<ManifestProblem, "code" | "message"> | undefined>> = {
  "too-long": { code: "RECORD_TOO_LONG", message: "The record is longer than 256 kB." },
  unclosed: { code: "RECORD_UNCLOSED", message: "The record begins and does not end." },
  stray: { code: "RECORD_UNREADABLE", message: "There is something between the records." },
  // What was cut off follows a record that is whole.
  trailing: undefined,
};

/** @returns why a frame is no record, if it is none. */
export function toFaultProblem(
  fault: Fault | undefined,
  record: number,
): ManifestProblem | undefined {
  const problem = fault && problems[fault];
  return problem && { kind: "problem", record, ...problem };
}
