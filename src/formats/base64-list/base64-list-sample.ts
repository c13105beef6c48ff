import { toPem } from "../certificates/to-pem.ts";
import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat } from "../sample/sample-format.ts";

export const base64ListSample: SampleFormat = {
  name: "base64-list",
  title: "one certificate per line, base64 of DER",
  ending: ".txt",
  profile: genericProfile,
  *write(rows, { defects }) {
    const encoding = (["base64url", "hex"] as const).find((name) => defects.has(name)) ?? "base64";
    for (const { text, certificate } of rows) {
      const bytes = text === undefined ? certificate : Buffer.from(text);
      yield `${bytes.toString(encoding)}\n`;
    }
  },
};

/** With the CA after each device, as older tools write it. */
export const base64PemListSample: SampleFormat = {
  ...base64ListSample,
  name: "base64-pem-list",
  title: "one device per line, base64 of PEM, its CA after it",
  *write(rows, { pki }) {
    const ca = toPem(pki.ca.der);
    for (const { text, certificate } of rows) {
      yield `${Buffer.from((text ?? toPem(certificate)) + ca).toString("base64")}\n`;
    }
  },
};
