import { writeSampleObject } from "../ndjson/write-sample-object.ts";
import { toCertificateText } from "../sample/certificate-text.ts";
import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat, SampleRow, SampleWriting } from "../sample/sample-format.ts";

/** @see https://learn.microsoft.com/rest/api/iot-dps/service/individual-enrollment/run-bulk-operation */
export const azureDpsSample: SampleFormat = {
  name: "azure-dps",
  title: "Azure DPS bulk enrolments",
  ending: ".json",
  profile: genericProfile,
  *write(rows, given) {
    yield '{\n "mode": "create",\n "enrollments": [';
    yield* writeEnrolments(rows, given);
    yield "\n ]\n}\n";
  },
};

/** The enrolments alone, as tools export them. */
export const azureDpsArraySample: SampleFormat = {
  ...azureDpsSample,
  name: "azure-dps-array",
  title: "Azure DPS enrolments in a bare array",
  *write(rows, given) {
    yield "[";
    yield* writeEnrolments(rows, given);
    yield "\n]\n";
  },
};

function* writeEnrolments(rows: Iterable<SampleRow>, { defects }: SampleWriting) {
  let separator = "\n";
  let before = "";
  for (const row of rows) {
    const certificate = toCertificateText(row, defects);
    const enrolment = {
      registrationId: row.deviceId,
      attestation: toAttestation(row, certificate, before),
      provisioningStatus: "enabled",
    };
    const spoilt = row.defect === "secret" ? { ...row, defect: undefined } : row;
    yield separator + indent(writeSampleObject(spoilt as SampleRow, enrolment, 1));
    separator = ",\n";
    before = certificate;
  }
}

/** @param other stands for the certificate that the device is to change to. */
function toAttestation({ defect }: SampleRow, certificate: string, other: string): object {
  if (defect === "secret") {
    return { type: "symmetricKey", symmetricKey: { primaryKey: "c2FtcGxl", secondaryKey: "" } };
  }
  const primary = { certificate };
  const isSecond = defect === "second-certificate";
  const clientCertificates = isSecond
    ? { primary, secondary: { certificate: other } }
    : { primary };
  return { type: "x509", x509: { clientCertificates } };
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
