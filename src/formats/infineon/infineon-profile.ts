import { createHash } from "node:crypto";
import {
  authorityInfoAccess,
  certificatePolicy,
  crlDistributionPoint,
  keyUsages,
  type SampleExtension,
} from "../sample/encode-extensions.ts";
import type { SampleProfile } from "../sample/sample-format.ts";

const serialBytes = 4;
const policy = certificatePolicy("82140044011401");

/** In the order of Infineon's; the addresses lead nowhere. */
function toExtensions(issuer: string): readonly SampleExtension[] {
  const at = `http://pki.example.com/${issuer}/${issuer}`;
  return [
    authorityInfoAccess(`${at}.crt`),
    "subjectKeyId",
    "keyUsage",
    "basicConstraints",
    crlDistributionPoint(`${at}.crl`),
    policy,
    "authorityKeyId",
  ];
}

const batchDigits = 12;
const digitsOfPlace = 4;

/** The chip's id: the batch, and where on the wafer the chip was. It is in no certificate. */
function toChipId(index: number): string {
  const batch = digest("batch", 0).slice(0, batchDigits);
  const place = index.toString(16).padStart(digitsOfPlace * 2, "0");
  return `${batch}${place}`.toUpperCase();
}

/** An OPTIGA Trust M: ECC P-256 under a CA of P-384, named by what no chip knows itself by. */
export const optigaProfile: SampleProfile = {
  root: [
    ["C", "DE"],
    ["O", "Infineon Technologies AG"],
    ["OU", "OPTIGA(TM) Devices"],
    ["CN", "Infineon OPTIGA(TM) ECC Root CA 9 (sample)"],
  ],
  ca: [
    ["C", "DE"],
    ["O", "Infineon Technologies AG"],
    ["OU", "OPTIGA(TM)"],
    ["CN", "Infineon OPTIGA(TM) Trust M CA 9xx (sample)"],
  ],
  keys: "ec",
  caKeys: "ec-p384",
  validYears: 20,
  deviceId: toChipId,
  subject: (chipId) => [
    ["C", "DE"],
    ["CN", digest("name", chipId)],
  ],
  keyUsage: keyUsages.sign,
  style: { serialBytes, extensions: toExtensions("OptigaTrustEccCA9xx") },
  caStyle: { serialBytes, extensions: toExtensions("OptigaEccRootCA9") },
};

function digest(purpose: string, value: number | string): string {
  return createHash("sha256").update(`infineon ${purpose} ${value}`).digest("hex");
}
