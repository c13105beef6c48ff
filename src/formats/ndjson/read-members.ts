import type { NamedFields } from "../fields/read-device-record.ts";
import { resolveFields } from "../fields/resolve-fields.ts";
import type { ColumnMapping } from "../manifest-format.ts";
import { isObject, type JsonObject } from "./read-json-object.ts";

/**
 * Takes an object for a set of fields. Members of `attributes` count as the object's own; a list of
 * texts, as a chain may be, is one text.
 */
export function readMembers(object: JsonObject, mapping?: ColumnMapping): NamedFields {
  const nested = isObject(object["attributes"]) ? object["attributes"] : {};
  const { attributes: _, ...own } = object;
  const members = Object.entries(isObject(object["attributes"]) ? own : object);
  // Only the object's own members say what is what: an attribute may have any name.
  const resolved = resolveFields(
    members.map(([name]) => name),
    mapping,
  );
  const all = [...members, ...Object.entries(nested)];
  return {
    names: all.map(([name]) => name),
    values: all.map(([, value]) => toValue(value)),
    resolved,
    kind: "member",
  };
}

function toValue(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const isTexts = Array.isArray(value) && value.every((each) => typeof each === "string");
  return isTexts ? value.join("\n") : undefined;
}
