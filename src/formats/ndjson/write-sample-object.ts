import type { SampleRow } from "../sample/sample-format.ts";

/** Longer than any record that is read. */
const tooLong = 300_000;
const tooDeep = 40;

/** Writes a device's object, with what its defect makes of it. */
export function writeSampleObject({ defect }: SampleRow, object: object, indent?: number): string {
  const more = toMore(defect);
  const text = JSON.stringify({ ...object, ...more }, null, indent);
  // A name without its value, as when somebody edits by hand.
  return defect === "stray-text" ? text.replace(/^(\s*\{\s*"\w+"):/, "$1 ") : text;
}

function toMore(defect: SampleRow["defect"]): object {
  switch (defect) {
    case "too-long":
      return { note: "x".repeat(tooLong) };
    case "too-deep":
      return { note: JSON.parse("[".repeat(tooDeep) + "]".repeat(tooDeep)) };
    case "nested-attribute":
      return { place: { line: "3" } };
    case "secret":
      return { symmetricKey: "c2FtcGxl" };
    default:
      return {};
  }
}
