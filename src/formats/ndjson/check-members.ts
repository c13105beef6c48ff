import { MusterError } from "../../rules/errors.ts";
import { foldName } from "../fields/resolve-fields.ts";
import { toShown } from "../framing/to-text.ts";
import { isMapping, type ManifestOptions } from "../manifest-format.ts";
import type { JsonObject } from "./read-json-object.ts";
import { readMember } from "./read-member.ts";

const maxShown = 20;
const maxNames = 500;

/**
 * Sees to it that what a mapping names is there, in one of the first objects at least.
 *
 * @returns the names of their members.
 * @throws MusterError MAPPING_INVALID
 */
export function checkMembers(
  objects: readonly JsonObject[],
  { source = "The manifest", mapping }: ManifestOptions,
): readonly string[] {
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))].slice(0, maxNames);
  if (!isMapping(mapping)) return names;
  const folded = new Set(names.map(foldName));
  const missing = Object.values(mapping).filter(
    (name) =>
      !folded.has(foldName(name)) &&
      !objects.some((object) => readMember(object, name) !== undefined),
  );
  if (missing.length === 0) return names;
  const shown = names.slice(0, maxShown);
  throw new MusterError(
    "MAPPING_INVALID",
    `${source} has no member ${missing.map(toShown).join(", ")}. Its members: ${shown.map(toShown).join(", ")}.`,
    { details: { columns: shown } },
  );
}
