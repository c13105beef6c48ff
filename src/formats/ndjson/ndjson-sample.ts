import { toCertificateText } from "../sample/certificate-text.ts";
import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat } from "../sample/sample-format.ts";

export const ndjsonSample: SampleFormat = {
  name: "ndjson",
  title: "one JSON object per line",
  ending: ".ndjson",
  profile: genericProfile,
  *write(rows, { defects }) {
    for (const row of rows) {
      const certificate = toCertificateText(row, defects);
      yield `${JSON.stringify({ deviceId: row.deviceId, certificate, attributes: { lot: "7" } })}\n`;
    }
  },
};

/** The parameters of a bulk registration. */
export const awsTaskSample: SampleFormat = {
  name: "aws-task",
  title: "parameters of an AWS IoT bulk registration",
  ending: ".json",
  profile: genericProfile,
  *write(rows, { defects }) {
    for (const row of rows) {
      const certificate = toCertificateText(row, defects);
      yield `${JSON.stringify({ ThingName: row.deviceId, CertificatePem: certificate })}\n`;
    }
  },
};
