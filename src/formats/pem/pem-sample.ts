import { toPem } from "../certificates/to-pem.ts";
import { toPemText } from "../sample/certificate-text.ts";
import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat } from "../sample/sample-format.ts";

/** Devices alone. */
export const pemSample: SampleFormat = {
  name: "pem",
  title: "PEM certificates, of devices alone",
  ending: ".pem",
  profile: genericProfile,
  *write(rows, { defects }) {
    for (const row of rows) yield toPemText(row, defects);
  },
};

/** Each device, then the CA that issued it. */
export const pemChainSample: SampleFormat = {
  ...pemSample,
  name: "pem-chain",
  title: "PEM certificates, each device followed by its CA",
  *write(rows, { pki, defects }) {
    const ca = toPem(pki.ca.der);
    for (const row of rows) yield toPemText(row, defects) + ca;
  },
};
