import { toPemText } from "../sample/certificate-text.ts";
import type { SampleFormat } from "../sample/sample-format.ts";
import { optigaProfile } from "./infineon-profile.ts";

/** What is left when somebody puts the files of a bundle together: the chips' ids are lost. */
export const infineonPemSample: SampleFormat = {
  name: "infineon-pem",
  title: "Infineon OPTIGA certificates, put together in one PEM file",
  ending: ".pem",
  profile: optigaProfile,
  *write(rows, { defects }) {
    for (const row of rows) yield toPemText(row, defects).replaceAll("\n", "\r\n");
  },
};
