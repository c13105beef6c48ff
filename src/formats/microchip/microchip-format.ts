import type { ManifestFormat, ManifestOptions, ReadFrame } from "../manifest-format.ts";
import { readFramedObject, readJsonObject } from "../ndjson/read-json-object.ts";
import { cutEntry, findEntry } from "./cut-entry.ts";
import { createEntryReader } from "./read-entry.ts";

/**
 * Manifests of Microchip Trust&GO, TrustFLEX and TrustMANAGER: a JSON array of flattened JWS, each of
 * them signed.
 *
 * @see "Trust Platform Manifest File Format", Microchip, 2019-09-26, and onlinedocs.microchip.com
 */
export const microchipFormat: ManifestFormat = {
  name: "microchip",
  title: "Microchip manifest",
  maps: ["cert"],
  detect: ({ bytes, complete, text }) => {
    const isJson = /^\s*(?:\[\s*["{]|\{)/.test(text);
    return isJson && hasEntry(bytes, complete) ? { skip: 0, context: {} } : undefined;
  },
  cut: () => cutEntry,
  createReader: (_context, options) => createReader(options),
};

const maxTried = 10;

/** By one of the first objects, as any of them may be damaged. */
function hasEntry(bytes: Buffer, complete: boolean): boolean {
  let at: number | undefined = Math.max(0, bytes.indexOf("{"));
  for (let tried = 0; tried < maxTried && at !== undefined; tried += 1) {
    const found = cutEntry(bytes, at, complete);
    if (found === undefined || "keep" in found) return false;
    const parsed = readJsonObject(bytes.subarray(found.start, found.end), 1);
    if ("object" in parsed && members.every((name) => name in parsed.object)) return true;
    at = findEntry(bytes, at + 1, bytes.length);
  }
  return false;
}

const members = ["payload", "protected", "signature"];

function createReader(options: ManifestOptions): ReadFrame {
  const readEntry = createEntryReader(options);
  return (frame, record) => {
    const parsed = readFramedObject(frame, record);
    return ["object" in parsed ? readEntry(parsed.object, record) : parsed];
  };
}
