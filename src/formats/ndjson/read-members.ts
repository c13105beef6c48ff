import type { NamedFields } from "../fields/read-device-record.ts";
import { type ResolvedFields, resolveFields } from "../fields/resolve-fields.ts";
import type { ColumnMapping } from "../manifest-format.ts";
import { findByContent } from "./find-by-content.ts";
import { isObject, type JsonObject } from "./read-json-object.ts";
import { readMember } from "./read-member.ts";

/**
 * Builds the taking of objects for sets of fields. Members of `attributes` count as the object's own; a
 * list of texts, as a chain may be, is one text. A mapping may name members of members: `device.cert`.
 */
export function createReadMembers(mapping?: ColumnMapping): (object: JsonObject) => NamedFields {
  const resolve = createResolve(mapping);
  const paths = Object.values(mapping ?? {}).filter((name) => name.includes("."));
  return (given) => {
    const object = withPaths(toParameters(given), paths);
    const { attributes } = object;
    const nested = isObject(attributes) ? attributes : undefined;
    const own = Object.keys(object);
    // Only the object's own members say what is what: an attribute may have any name.
    const names = nested ? own.filter((name) => name !== "attributes") : own;
    const values = names.map((name) => toValue(object[name]));
    const known = resolve(names);
    const resolved =
      known.certificate === undefined ? { ...known, ...findByContent(values) } : known;
    if (nested === undefined) return { names, values, resolved, kind: "member" };
    const more = Object.entries(nested);
    return {
      names: [...names, ...more.map(([name]) => name)],
      values: [...values, ...more.map(([, value]) => toValue(value))],
      resolved,
      kind: "member",
    };
  };
}

/**
 * A line of the results of an AWS IoT bulk registration, as the parameters it was made from.
 *
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_RegisterThing.html
 */
function toParameters(object: JsonObject): JsonObject {
  const { response } = object;
  if (!isObject(response) || !("lineNumber" in object || "ResourceArns" in response)) return object;
  const arns = isObject(response["ResourceArns"]) ? response["ResourceArns"] : {};
  const thing = Object.values(arns).find(
    (arn) => typeof arn === "string" && arn.includes(":thing/"),
  );
  const { CertificatePem: certificate } = response;
  return {
    ...(typeof thing === "string" && { ThingName: thing.slice(thing.indexOf("/") + 1) }),
    ...(certificate !== undefined && { CertificatePem: certificate }),
  };
}

function withPaths(object: JsonObject, paths: readonly string[]): JsonObject {
  const found = paths
    .filter((path) => !Object.hasOwn(object, path))
    .map((path) => [path, readMember(object, path)] as const)
    .filter(([, value]) => value !== undefined);
  return found.length === 0 ? object : { ...object, ...Object.fromEntries(found) };
}

/** Objects of one manifest have the same members, one as the other. */
function createResolve(mapping: ColumnMapping | undefined) {
  let last: { readonly names: readonly string[]; readonly resolved: ResolvedFields } | undefined;
  return (names: readonly string[]): ResolvedFields => {
    const isSame =
      last?.names.length === names.length &&
      last.names.every((name, index) => name === names[index]);
    if (last === undefined || !isSame) last = { names, resolved: resolveFields(names, mapping) };
    return last.resolved;
  };
}

function toValue(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const isTexts = Array.isArray(value) && value.every((each) => typeof each === "string");
  return isTexts ? value.join("\n") : undefined;
}
