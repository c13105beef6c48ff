import { writeRow } from "../csv/write-row.ts";
import { toCertificateText } from "../sample/certificate-text.ts";
import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat } from "../sample/sample-format.ts";

const imeiDigits = 15;

export const nrfCloudSample: SampleFormat = {
  name: "nrf-cloud",
  title: "nRF Cloud onboarding CSV",
  ending: ".csv",
  profile: {
    ...genericProfile,
    deviceId: (index) => `nrf-${String(350_000_000_000_000 + index).padStart(imeiDigits, "0")}`,
  },
  *write(rows, { defects }) {
    for (const row of rows) {
      yield writeRow([row.deviceId, "", "lot-7|eu", "APP|MODEM", toCertificateText(row, defects)]);
    }
  },
};
