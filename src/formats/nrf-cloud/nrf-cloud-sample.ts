import { writeSampleRow } from "../csv/write-sample-row.ts";
import { toCertificateText } from "../sample/certificate-text.ts";
import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat } from "../sample/sample-format.ts";

const firstImei = 350_000_000_000_000;

/** @see https://docs.nordicsemi.com/bundle/nrf-cloud/page/Devices/Security/Onboarding.html */
export const nrfCloudSample: SampleFormat = {
  name: "nrf-cloud",
  title: "nRF Cloud onboarding CSV",
  ending: ".csv",
  profile: {
    ...genericProfile,
    deviceId: (index) => `nrf-${firstImei + index}`,
    subject: (deviceId) => [
      ["O", "Sample Devices"],
      ["CN", deviceId],
    ],
  },
  *write(rows, { defects }) {
    for (const row of rows) {
      const cells = [row.deviceId, "", "lot-7|eu", "APP|MODEM", toCertificateText(row, defects)];
      yield writeSampleRow(row, cells);
    }
  },
};
