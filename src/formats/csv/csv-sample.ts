import { toCertificateText } from "../sample/certificate-text.ts";
import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat } from "../sample/sample-format.ts";
import { writeRow } from "./write-row.ts";

export const csvSample: SampleFormat = {
  name: "csv",
  title: "CSV with a header",
  ending: ".csv",
  profile: genericProfile,
  *write(rows, { defects }) {
    const delimiter = defects.has("semicolon") ? ";" : ",";
    yield writeRow(["device_id", "certificate", "lot"], { delimiter });
    for (const row of rows) {
      yield writeRow([row.deviceId, toCertificateText(row, defects), "7"], { delimiter });
    }
  },
};
