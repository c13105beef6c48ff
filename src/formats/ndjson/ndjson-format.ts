import { createFieldReader } from "../fields/read-device-record.ts";
import { cutLine } from "../framing/cut-line.ts";
import type { Frame } from "../framing/cut-records.ts";
import type {
  ManifestContext,
  ManifestFormat,
  ManifestHead,
  ManifestOptions,
  ReadFrame,
} from "../manifest-format.ts";
import { checkMembers } from "./check-members.ts";
import { checkUse } from "./check-use.ts";
import { findWrapped } from "./find-wrapped.ts";
import { readFramedObject, readJsonObject } from "./read-json-object.ts";
import { createReadMembers } from "./read-members.ts";
import { refuseNestedSecrets } from "./refuse-nested-secrets.ts";

/**
 * One JSON object per line, with the device's certificate, id and whatever else as members; also the
 * parameters of AWS IoT's bulk registration.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/bulk-provisioning.html
 */
export const ndjsonFormat: ManifestFormat = {
  name: "ndjson",
  title: "one JSON object per line",
  maps: ["cert", "id", "chain"],
  detect,
  cut: () => cutLine,
  createCheck: createObjectCheck,
  createReader: createObjectReader,
};

const maxTried = 20;

/** By the first lines: any of them may be a bad record. */
function detect(head: ManifestHead, options: ManifestOptions) {
  if (!/^\s*\{/.test(head.text)) return undefined;
  const lines = head.text.split(/[\r\n]+/, maxTried).filter((line) => /^\s*\{.*\}\s*$/.test(line));
  const objects = lines
    .map((line) => readJsonObject(Buffer.from(line, "latin1"), 1))
    .flatMap((parsed) => ("object" in parsed ? [parsed.object] : []))
    .filter((object) => Object.keys(object).length > 0);
  const [first] = objects;
  if (first === undefined || !checkUse(first, options)) return undefined;
  if (objects.length === 1 && findWrapped(head)) return undefined;
  return { skip: 0, context: { header: checkMembers(objects, options) } };
}

/** Builds the reading of objects as devices. */
export function createObjectReader(_context: ManifestContext, options: ManifestOptions): ReadFrame {
  const read = createFieldReader(options);
  const readMembers = createReadMembers(options.mapping);
  return (frame, record) => {
    const parsed = readFramedObject(frame, record);
    if (!("object" in parsed)) return [parsed];
    checkUse(parsed.object, options);
    refuseNestedSecrets(parsed.object, options.source ?? "The manifest");
    const members = readMembers(parsed.object);
    if (members.resolved.ambiguous) {
      const message = "Several members could be its certificate; a mapping says which it is.";
      return [{ kind: "problem", record, code: "CERTIFICATES_SEVERAL", message }];
    }
    return [read(members, record)];
  };
}

/** A member that could be a secret, for a look that takes no time. */
const suspicious =
  /"(?:[\w .-]*(?:key|secret|passw|passphrase|psk|pin|pop|possession|string|token)[\w .-]*|d|k)"\s*:\s*["\d]/i;

/** Reads the objects that could hold a secret, to be refused where they do. */
export function createObjectCheck(
  context: ManifestContext,
  options: ManifestOptions,
): (frame: Frame) => void {
  const read = createObjectReader(context, options);
  return (frame) => {
    if (suspicious.test(frame.bytes.toString("latin1"))) read(frame, 1);
  };
}
