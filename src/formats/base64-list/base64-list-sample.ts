import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat } from "../sample/sample-format.ts";

export const base64ListSample: SampleFormat = {
  name: "base64-list",
  title: "one certificate in base64 per line",
  ending: ".txt",
  profile: genericProfile,
  *write(rows) {
    for (const { text, certificate } of rows) {
      const bytes = text === undefined ? certificate : Buffer.from(text);
      yield `${bytes.toString("base64")}\n`;
    }
  },
};
