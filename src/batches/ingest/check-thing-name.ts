import type { ManifestRecord } from "../../formats/manifest-format.ts";
import { toThingName } from "../../rules/profile/thing-name.ts";
import type { BatchRecord } from "../batch-record.ts";
import type { RowReport } from "../batch-use-cases.ts";

/**
 * Builds the look at what AWS IoT would say of the name that a profile gives a device, such as one with
 * a blank in its id. It is no refusal: a profile that is changed may name the device otherwise, and
 * what a name is made of is never altered to make it fit.
 *
 * @param template of the profile; undefined in plans of an earlier version.
 */
export function createCheckThingName(
  template: string | undefined,
  { manufacturer, id: batch, profile }: Pick<BatchRecord, "manufacturer" | "id" | "profile">,
): (row: ManifestRecord) => Pick<RowReport, "code" | "message"> | undefined {
  if (template === undefined) return () => undefined;
  const said = { manufacturer, batch, profile, matchedBy: "certificate", chain: [] } as const;
  return ({ facts, deviceId, attributes }) => {
    const named = deviceId === undefined ? {} : { deviceId };
    const entry = { ...said, ...named, attributes, importedAt: "" };
    const found = toThingName(template, { certificate: facts, entry });
    if ("thingName" in found) return undefined;
    const { code, detail } = found.finding;
    return { code, message: `Under this profile the device would stay out. ${detail}` };
  };
}
