import type { ManifestFormat, ManifestHead, ManifestOptions } from "../manifest-format.ts";
import { checkMembers } from "./check-members.ts";
import { checkUse } from "./check-use.ts";
import { cutJsonObject, cutNestedObject } from "./cut-json-object.ts";
import { findWrapped } from "./find-wrapped.ts";
import { createObjectCheck, createObjectReader } from "./ndjson-format.ts";
import { readJsonObject } from "./read-json-object.ts";

/** An array of JSON objects, each a device; by itself or as a member of an object. */
export const jsonArrayFormat: ManifestFormat = {
  name: "json-array",
  title: "array of JSON objects",
  maps: ["cert", "id", "chain"],
  detect,
  cut: ({ nested }) => (nested ? cutNestedObject : cutJsonObject),
  createCheck: createObjectCheck,
  createReader: createObjectReader,
};

function detect(head: ManifestHead, options: ManifestOptions) {
  const { bytes, complete, text } = head;
  if (!/^\s*(?:\[\s*)?\{/.test(text)) return undefined;
  const wrapped = findWrapped(head);
  if (wrapped) {
    if (!checkUse(wrapped.first, options)) return undefined;
    const members = checkMembers([wrapped.first], options);
    return { skip: wrapped.skip, context: { nested: true, header: members } };
  }
  const first = cutJsonObject(bytes, 0, complete);
  if (first === undefined || "keep" in first || first.fault) return undefined;
  const parsed = readJsonObject(bytes.subarray(first.start, first.end), 1);
  if (!("object" in parsed) || !checkUse(parsed.object, options)) return undefined;
  return { skip: 0, context: { header: checkMembers([parsed.object], options) } };
}
