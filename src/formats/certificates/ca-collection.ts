import { MusterError } from "../../rules/errors.ts";
import type { ManifestContext } from "../manifest-format.ts";

/** As many as would be handed on with every part. */
const maxCas = 200;
const maxCaBytes = 192 * 1024;

/** Gathers the distinct CAs of a manifest. @throws MusterError MANIFEST_UNREADABLE for too many. */
export function createCaCollection(source: string) {
  const found = new Set<string>();
  let size = 0;
  return {
    add: (der: Uint8Array) => {
      const text = Buffer.from(der.buffer, der.byteOffset, der.length).toString("base64");
      if (found.has(text)) return;
      found.add(text);
      size += text.length;
      if (found.size > maxCas || size > maxCaBytes) {
        const message = `${source} holds more than ${maxCas} CAs, which no manifest of devices does.`;
        throw new MusterError("MANIFEST_UNREADABLE", message);
      }
    },
    context: (): ManifestContext => (found.size > 0 ? { cas: [...found] } : {}),
  };
}
