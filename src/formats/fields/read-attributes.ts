import { toShown } from "../framing/to-text.ts";
import type { ManifestWarning } from "../manifest-format.ts";
import { foldName } from "./resolve-fields.ts";

const maxAttributes = 50;
const maxNameLength = 128;
const maxValueLength = 1024;
/** RainMaker's holds the proof of possession, which is between the device and its owner. */
const leftOut = new Set(["qrcode"]);

/** A column without a name, or with what is nobody else's business. */
export function isLeftOut(name: string): boolean {
  return name === "" || leftOut.has(foldName(name));
}

/** @param value undefined for what is nested. */
export type NamedValue = readonly [name: string, value: string | undefined];

/** Takes what a record says beside certificate and id. Empty values are none. */
export function readAttributes(values: Iterable<NamedValue>): {
  readonly attributes: Readonly<Record<string, string>>;
  readonly warnings: readonly ManifestWarning[];
} {
  const attributes = new Map<string, string>();
  const warnings: ManifestWarning[] = [];
  for (const [name, value] of values) {
    if (value === "" || isLeftOut(name)) continue;
    const fits = name.length <= maxNameLength && attributes.size < maxAttributes;
    const isText = value?.isWellFormed() === true && name.isWellFormed();
    if (fits && isText && value.length <= maxValueLength) {
      attributes.set(name, value);
    } else if (warnings.length === 0) {
      const message = `${toShown(name)} was left out.`;
      warnings.push({
        code: "ATTRIBUTE_LEFT_OUT",
        field: name.slice(0, maxNameLength).toWellFormed(),
        message,
      });
    }
  }
  return { attributes: Object.fromEntries(attributes), warnings };
}
