import { skipAll } from "../framing/cut-records.ts";
import type { ManifestHead } from "../manifest-format.ts";
import { cutJsonObject } from "./cut-json-object.ts";
import { type JsonObject, readJsonObject } from "./read-json-object.ts";

/** Members that are texts, numbers and the like, up to an array of objects. */
const wrapper =
  /^\s*\{\s*(?:"(?:[^"\\\r\n]|\\.){0,1000}"\s*:\s*(?:"(?:[^"\\\r\n]|\\.){0,1000}"|[\w.+-]{1,40})\s*,\s*){0,50}"(?:[^"\\\r\n]|\\.){1,1000}"\s*:\s*\[\s*(?=\{)/;

/**
 * Finds the array of objects that an object is wrapped around, as answers of APIs are:
 * `{"count": 2, "devices": [{…}, {…}]}`.
 *
 * @returns where its first object begins, and that object.
 */
export function findWrapped({
  text,
  bytes,
  complete,
}: ManifestHead): { readonly skip: number; readonly first: JsonObject } | undefined {
  const skip = wrapper.exec(text)?.[0].length;
  if (skip === undefined) return undefined;
  const found = cutJsonObject(bytes, skip, complete);
  if (found === undefined || "keep" in found || found.fault || found.next === skipAll) {
    return undefined;
  }
  const parsed = readJsonObject(bytes.subarray(found.start, found.end), 1);
  return "object" in parsed ? { skip, first: parsed.object } : undefined;
}
