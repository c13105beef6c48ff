import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat } from "../sample/sample-format.ts";

export const derSample: SampleFormat = {
  name: "der",
  title: "a single DER certificate",
  ending: ".der",
  profile: genericProfile,
  maxCount: 1,
  *write(rows) {
    for (const { certificate } of rows) yield certificate;
  },
};
