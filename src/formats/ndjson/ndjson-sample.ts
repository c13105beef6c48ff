import { toCertificateText } from "../sample/certificate-text.ts";
import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat, SampleRow, SampleWriting } from "../sample/sample-format.ts";
import { writeSampleObject } from "./write-sample-object.ts";

function toObject(row: SampleRow, { defects }: SampleWriting): object {
  const certificate = toCertificateText(row, defects);
  return { deviceId: row.deviceId, certificate, attributes: { lot: "7" } };
}

export const ndjsonSample: SampleFormat = {
  name: "ndjson",
  title: "one JSON object per line",
  ending: ".ndjson",
  profile: genericProfile,
  *write(rows, given) {
    for (const row of rows) yield `${writeSampleObject(row, toObject(row, given))}\n`;
  },
};

export const jsonArraySample: SampleFormat = {
  name: "json-array",
  title: "a JSON array of objects",
  ending: ".json",
  profile: genericProfile,
  *write(rows, given) {
    let separator = "[\n";
    for (const row of rows) {
      yield `${separator}  ${writeSampleObject(row, toObject(row, given))}`;
      separator = ",\n";
    }
    yield separator === ",\n" ? "\n]\n" : "[]\n";
  },
};

/**
 * The parameters of a bulk registration: flat, by the names that a template has.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/bulk-provisioning.html
 */
export const awsTaskSample: SampleFormat = {
  name: "aws-task",
  title: "parameters of an AWS IoT bulk registration",
  ending: ".json",
  profile: genericProfile,
  *write(rows, { defects }) {
    for (const row of rows) {
      const certificate = toCertificateText(row, defects);
      const parameters = { ThingName: row.deviceId, CertificatePem: certificate, Lot: "7" };
      yield `${writeSampleObject(row, parameters)}\n`;
    }
  },
};
