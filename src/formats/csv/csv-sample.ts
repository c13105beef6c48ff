import { toCertificateText } from "../sample/certificate-text.ts";
import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat } from "../sample/sample-format.ts";
import { writeRow } from "./write-row.ts";
import { writeSampleRow } from "./write-sample-row.ts";

export const csvSample: SampleFormat = {
  name: "csv",
  title: "CSV with a header",
  ending: ".csv",
  profile: genericProfile,
  *write(rows, { defects }) {
    const delimiter = defects.has("semicolon") ? ";" : ",";
    const hasSecret = defects.has("secret");
    const names = defects.has("other-header")
      ? ["Nr", "Zertifikat", "Los"]
      : ["device_id", "certificate", "lot"];
    if (!defects.has("no-header")) {
      yield writeRow(hasSecret ? [...names, "psk"] : names, { delimiter });
    }
    for (const row of rows) {
      if (row.defect === "repeated-header") {
        yield writeRow(names, { delimiter });
        continue;
      }
      const cells = [row.deviceId, toCertificateText(row, defects), "7"];
      const secret = row.defect === "secret" ? "c2FtcGxl" : "";
      yield writeSampleRow(row, hasSecret ? [...cells, secret] : cells, { delimiter });
    }
  },
};
