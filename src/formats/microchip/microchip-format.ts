import type { ManifestFormat, ManifestOptions, ReadFrame } from "../manifest-format.ts";
import { cutJsonObject } from "../ndjson/cut-json-object.ts";
import { readFramedObject, readJsonObject } from "../ndjson/read-json-object.ts";
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
  detect: ({ bytes, complete, text }) => {
    if (!/^\s*(?:\[\s*)?\{/.test(text)) return undefined;
    const first = cutJsonObject(bytes, 0, complete);
    if (first === undefined || "keep" in first || first.fault) return undefined;
    const parsed = readJsonObject(bytes.subarray(first.start, first.end), 1);
    if (!("object" in parsed)) return undefined;
    const isEntry = ["payload", "protected", "signature"].every((name) => name in parsed.object);
    return isEntry ? { skip: 0, context: {} } : undefined;
  },
  cut: () => cutJsonObject,
  createReader: (_context, options) => createReader(options),
};

function createReader(options: ManifestOptions): ReadFrame {
  const readEntry = createEntryReader(options);
  return (frame, record) => {
    const parsed = readFramedObject(frame, record);
    return ["object" in parsed ? readEntry(parsed.object, record) : parsed];
  };
}
