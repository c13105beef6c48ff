import { createHash } from "node:crypto";
import { alternativeName, keyUsages, usualExtensions } from "../sample/encode-extensions.ts";
import type { SampleFormat, SampleProfile } from "../sample/sample-format.ts";
import { createEntrySigning, organization } from "./sign-entry.ts";

/** Of an ATECC608C-TNGTLSU-B, in its Trust&GO variant: times go to the hour, serials begin with 01. */
const trustAndGo: SampleProfile = {
  root: [organization, ["CN", "Crypto Authentication Root CA 9xx (sample)"]],
  ca: [organization, ["CN", "Crypto Authentication Signer F600 (sample)"]],
  signer: [organization, ["CN", "Manifest Signer 9xx (sample)"]],
  keys: "ec",
  validYears: 28,
  deviceId: (index) =>
    `0123${createHash("sha256").update(String(index)).digest("hex").slice(0, 12)}01`,
  subject: (uniqueId) => [organization, ["CN", `sn${uniqueId.toUpperCase()}`]],
  keyUsage: keyUsages.signAndAgree,
  style: {
    end: "generalized",
    // Of a part whose network address is not set.
    extensions: [...usualExtensions, alternativeName([["serialNumber", "eui48_000000000000"]])],
  },
  caStyle: {
    end: "generalized",
    keyUsage: keyUsages.signAndIssue,
    extensions: ["keyUsage", "basicConstraints", "subjectKeyId", "authorityKeyId"],
  },
};

/**
 * As Microchip Direct gives it out: a JSON array in two spaces, each entry a flattened JWS.
 *
 * @see https://onlinedocs.microchip.com/g/GUID-C2CECEBC-AEFF-46BE-8DA7-A1F3E6F28F3E
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-7.2.2
 */
export const microchipSample: SampleFormat = {
  name: "microchip",
  title: "Microchip Trust&GO manifest",
  ending: ".json",
  profile: trustAndGo,
  *write(rows, given) {
    const signEntry = createEntrySigning(given);
    let separator = "[\n";
    for (const row of rows) {
      yield separator + JSON.stringify(signEntry(row), null, 2).replaceAll(/^/gm, "  ");
      separator = ",\n";
    }
    yield separator === ",\n" ? "\n]" : "[]";
  },
};
