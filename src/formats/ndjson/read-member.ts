import { isObject, type JsonObject } from "./read-json-object.ts";

/** Reads a member of an object within an object, by a path such as `device.cert`. */
export function readMember(object: JsonObject, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (inner, name) => (isObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined),
      object,
    );
}
