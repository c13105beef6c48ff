import { keyUsages, toKeyId } from "./encode-extensions.ts";
import {
  createSampleCa,
  issueCertificate,
  type SampleCa,
  type SampleValidity,
} from "./issue-certificate.ts";
import type { SamplePki, SampleProfile } from "./sample-format.ts";
import { createHeldKey, type SampleKeyKind } from "./sample-key.ts";
import type { SampleName } from "./sample-name.ts";

const hourMs = 3_600_000;
/** CAs outlive what they issue. */
const yearsMore = 3;

/** Makes the CAs of a vendor, and the signer of its manifests where it has one. */
export function createPki(
  profile: SampleProfile,
  now: Date,
  keys: SampleKeyKind = profile.caKeys ?? "ec",
): SamplePki {
  const { root, ca, signer, validYears, caStyle } = profile;
  const validity = toValidity(now, validYears + yearsMore);
  const common = { keys, validity, ...caStyle };
  const top = createSampleCa({ name: root, pathLength: 1, ...common });
  const issuing = createSampleCa({ name: ca, issuer: top, pathLength: 0, ...common });
  if (signer === undefined) return { root: top, ca: issuing };
  return { root: top, ca: issuing, signer: createSigner(signer, validity) };
}

/** Self-signed, and no CA. */
function createSigner(name: SampleName, validity: SampleValidity): SampleCa {
  const key = createHeldKey("ec");
  const signer = { name, keyId: toKeyId(key.spki), privateKey: key.privateKey };
  const spec = { subject: name, key, validity, keyUsage: keyUsages.sign };
  return { ...signer, der: issueCertificate(signer, spec) };
}

/** From the last full hour on, as vendors round. */
export function toValidity(now: Date, years: number): SampleValidity {
  const notBefore = new Date(Math.floor(now.getTime() / hourMs) * hourMs);
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notBefore.getUTCFullYear() + years);
  return { notBefore, notAfter };
}
