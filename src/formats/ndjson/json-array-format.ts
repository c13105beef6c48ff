import type { ManifestFormat } from "../manifest-format.ts";
import { checkUse } from "./check-use.ts";
import { cutJsonObject } from "./cut-json-object.ts";
import { createObjectCheck, createObjectReader } from "./ndjson-format.ts";
import { readJsonObject } from "./read-json-object.ts";

/** An array of JSON objects, each a device. */
export const jsonArrayFormat: ManifestFormat = {
  name: "json-array",
  title: "array of JSON objects",
  detect: ({ bytes, complete, text }, options) => {
    if (!/^\s*(?:\[\s*)?\{/.test(text)) return undefined;
    const first = cutJsonObject(bytes, 0, complete);
    if (first === undefined || "keep" in first || first.fault) return undefined;
    const parsed = readJsonObject(bytes.subarray(first.start, first.end), 1);
    if (!("object" in parsed) || !checkUse(parsed.object, options)) return undefined;
    return { skip: 0, context: {} };
  },
  cut: () => cutJsonObject,
  createCheck: createObjectCheck,
  createReader: createObjectReader,
};
