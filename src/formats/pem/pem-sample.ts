import { toPem } from "../certificates/to-pem.ts";
import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat } from "../sample/sample-format.ts";

/** Devices alone. */
export const pemSample: SampleFormat = {
  name: "pem",
  title: "PEM certificates, of devices alone",
  ending: ".pem",
  profile: genericProfile,
  *write(rows) {
    for (const { text, certificate } of rows) yield text ?? toPem(certificate);
  },
};

/** Each device, then the CA that issued it. */
export const pemChainSample: SampleFormat = {
  ...pemSample,
  name: "pem-chain",
  title: "PEM certificates, each device followed by its CA",
  *write(rows, { pki }) {
    const ca = toPem(pki.ca.der);
    for (const { text, certificate } of rows) yield (text ?? toPem(certificate)) + ca;
  },
};
