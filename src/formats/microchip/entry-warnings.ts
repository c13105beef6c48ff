import type { CertificateFacts } from "../../rules/certificate/certificate-facts.ts";
import { toShown } from "../framing/to-text.ts";
import type { ManifestWarning } from "../manifest-format.ts";
import type { JsonObject } from "../ndjson/read-json-object.ts";

const newestVersion = 3;

export const notChecked: ManifestWarning = {
  code: "SIGNATURE_NOT_CHECKED",
  field: "signature",
  message: "The signature was not checked: no signer is given.",
};

export function checkVersion({ version }: JsonObject): readonly ManifestWarning[] {
  if (typeof version === "number" && version <= newestVersion) return [];
  const message = `The entry is of version ${toShown(String(version))}; ${newestVersion} is known.`;
  return [{ code: "VERSION_UNKNOWN", field: "version", message }];
}

/** Vendors' certificates are named `sn0123…` or, older ones, `0123… ATECC`; a customer's as they like. */
export function checkName(uniqueId: string, facts: CertificateFacts): readonly ManifestWarning[] {
  const name = facts.subjectAttributes["CN"]?.[0] ?? "";
  const named = name
    .replace(/^sn/i, "")
    .replace(/ ATECC$/i, "")
    .toLowerCase();
  if (named === uniqueId) return [];
  const message = `The certificate's name is ${toShown(name)}.`;
  return [{ code: "NAME_DIFFERS", field: "uniqueId", message }];
}
